import { useRef } from 'react'

/** Brings the focus back to where it was before a dialog opened; without it the keyboard begins at the page's top. */
export function useReturnFocus() {
  const before = useRef<Element | null>(null)
  return {
    remember: () => {
      before.current = document.activeElement
    },
    giveBack: () => {
      const place = before.current
      // After the dialog has let the focus go.
      if (place instanceof HTMLElement) setTimeout(() => place.isConnected && place.focus())
    },
  }
}
