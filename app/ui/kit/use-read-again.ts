import { useRevalidator } from '@remix-run/react'
import { useCallback } from 'react'

/**
 * Asks for the page's data again, unless the app cannot answer just now: a page that could not be read again would
 * give way to the error page, with all that stands in it.
 */
export function useReadAgain() {
  const { revalidate, state } = useRevalidator()
  const readAgain = useCallback(async () => {
    const ready = await fetch('/readyz').then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) revalidate()
  }, [revalidate])
  return { readAgain, reading: state !== 'idle' }
}
