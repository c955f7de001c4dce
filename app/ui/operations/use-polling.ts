import { useRevalidator } from '@remix-run/react'
import { useEffect } from 'react'

const EVERY_MS = 1_500

/** Asks the page's data again while something is under way, unless nobody looks. */
export function usePolling(active: boolean): void {
  const { revalidate, state } = useRevalidator()
  useEffect(() => {
    if (!active || state !== 'idle') return
    const timer = setTimeout(() => {
      if (!document.hidden) revalidate()
    }, EVERY_MS)
    return () => clearTimeout(timer)
  }, [active, revalidate, state])
}
