import { useBeforeUnload } from '@remix-run/react'
import { useCallback } from 'react'

/** The browser's own question before the page is loaded anew or closed, while something typed would be lost. */
export function useUnloadQuestion(dirty: boolean): void {
  useBeforeUnload(
    useCallback(
      (event) => {
        if (dirty) event.preventDefault()
      },
      [dirty],
    ),
  )
}
