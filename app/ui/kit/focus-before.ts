import { useEffect } from 'react'

/**
 * Polaris takes the focus from a button when the mouse lets go of it, before the click is heard, and Safari gives it
 * none: whoever opens something by a click is at nothing, unless the click is remembered.
 */
let clicked: HTMLElement | null = null

/** For what stands around all pages. */
export function useRememberedClicks(): void {
  useEffect(() => {
    const remember = ({ target }: MouseEvent) => {
      clicked = target instanceof Element ? target.closest<HTMLElement>('button, a[href]') : null
    }
    document.addEventListener('click', remember, true)
    return () => document.removeEventListener('click', remember, true)
  }, [])
}

/** What has the focus, or had it until it was clicked. */
export function focusedBefore(): HTMLElement | null {
  const { activeElement, body } = document
  return activeElement instanceof HTMLElement && activeElement !== body ? activeElement : clicked
}
