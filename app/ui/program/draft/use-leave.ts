import { useBeforeUnload, useBlocker } from '@remix-run/react'
import { useAppBridge } from '@shopify/app-bridge-react'
import { useCallback, useEffect, useRef } from 'react'

/**
 * Asks before what was typed is lost: the admin's own question on the way to another page of the app, the browser's
 * when the page is loaded anew or closed.
 * @returns lets the next way out pass without a question
 */
export function useLeave(dirty: boolean): () => void {
  const shopify = useAppBridge()
  const free = useRef(false)
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      dirty && !free.current && currentLocation.pathname !== nextLocation.pathname,
  )
  useEffect(() => {
    if (blocker.state !== 'blocked') return
    // Stays open when the merchant stays.
    void shopify.saveBar?.leaveConfirmation?.().then(() => blocker.proceed())
  }, [blocker, shopify])
  useBeforeUnload(
    useCallback(
      (event) => {
        if (dirty && !free.current) event.preventDefault()
      },
      [dirty],
    ),
  )
  return () => {
    free.current = true
  }
}
