import { useEffect, useRef } from 'react'

/**
 * Brings the focus back to where it was before a dialog opened, however it is closed; without it the keyboard begins at
 * the page's top. (Polaris takes it from a button that a mouse has pressed.)
 * @returns to be called when the dialog is asked for
 */
export function useReturnFocus(open: boolean): () => void {
  const before = useRef<Element | null>(null)
  useEffect(() => {
    if (open) return
    const place = before.current
    before.current = null
    if (!(place instanceof HTMLElement)) return
    // As long as the dialog is still to be seen it draws every focus back into itself.
    const giveBack = () => {
      if (document.querySelector('[role="dialog"]')) frame = requestAnimationFrame(giveBack)
      else if (place.isConnected) place.focus()
    }
    let frame = requestAnimationFrame(giveBack)
    return () => cancelAnimationFrame(frame)
  }, [open])
  return () => {
    before.current = document.activeElement
  }
}
