import { useSyncExternalStore } from 'react'

const never = () => () => {}

/**
 * False on the server and for as long as the browser takes the server's page over, then true. What the server is still
 * working on must not stand in a page that comes to life: Polaris tells everything on it where dialogs go, and React
 * reports an error (421) for each part that is not there to hear it.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
