import { useEffect, useRef } from 'react'

/** Where the focus goes when the button that had it is gone by what it did. */

/**
 * For a list that shows more at the press of a button: once there is no more and the button is gone, the first of what
 * came has the focus.
 * @param count how many items it shows
 * @param more the button is still there
 * @returns `place` for an element round the list; `asked` is called when the button is pressed
 */
export function useFirstOfMore(count: number, more: boolean) {
  const place = useRef<HTMLDivElement>(null)
  const before = useRef<number | null>(null)
  useEffect(() => {
    const index = before.current
    if (index === null || count <= index) return
    before.current = null
    const first = place.current?.querySelector('ul')?.children[index]
    if (!more && first instanceof HTMLElement) focusOn(first)
  }, [count, more])
  return {
    place,
    asked: () => {
      before.current = count
    },
  }
}

/**
 * For what stands around all pages: a button that was pressed and is gone leaves the focus to the nearest thing that was
 * round it and is still there, unless its page knows better. Otherwise the next Tab would begin at the top of the page.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    /** What had the focus last, and what is round it, from the inside out. */
    let way: HTMLElement[] = []
    const remember = (target: EventTarget | null) => {
      way = []
      for (let at = target instanceof HTMLElement ? target : null; at; at = at.parentElement) {
        way.push(at)
        if (at.tagName === 'MAIN') return
      }
      // Dialogs are drawn elsewhere, and give the focus back by themselves.
      way = []
    }
    const onFocus = ({ target }: FocusEvent) => remember(target)
    // Polaris takes the focus from a button when the mouse lets go of it: see focus-before.ts.
    const onClick = ({ target }: MouseEvent) =>
      remember(target instanceof Element ? target.closest('button, a[href]') : null)
    const seek = () => {
      if (way[0]?.isConnected !== false || document.activeElement !== document.body) return
      const next = way.find((one) => one.isConnected)
      way = []
      if (next) focusOn(next)
    }
    // What a page does about it in the same breath comes first.
    const watch = new MutationObserver(() => {
      if (way[0]?.isConnected === false) setTimeout(seek)
    })
    watch.observe(document.body, { childList: true, subtree: true })
    document.addEventListener('focusin', onFocus)
    document.addEventListener('click', onClick, true)
    return () => {
      watch.disconnect()
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('click', onClick, true)
    }
  }, [])
}

function focusOn(element: HTMLElement): void {
  if (!element.matches('a[href], button, input, select, textarea, [tabindex]')) {
    element.tabIndex = -1
    element.style.outline = 'none'
  }
  element.focus({ preventScroll: true })
}
