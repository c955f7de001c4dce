import { useFetcher, useNavigate } from '@remix-run/react'
import { useAppBridge } from '@shopify/app-bridge-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { DraftPatch } from '../../loyalty/save-draft.ts'
import type { DraftAnswer } from './draft-answer.ts'

type Intent =
  | { intent: 'start' }
  | { intent: 'save'; revision: number; patch: DraftPatch }
  | { intent: 'restore'; revision: number; version: number }
  | { intent: 'discard'; revision: number }

/** A change of the draft by one click. Says in a toast how it went. @param goTo where to go when it went well */
export function useDraftIntent(goTo?: string, saidWhenDone?: string) {
  const { t } = useTranslation('program')
  const shopify = useAppBridge()
  const navigate = useNavigate()
  const fetcher = useFetcher<DraftAnswer>()
  const done = useRef<DraftAnswer | undefined>(undefined)
  useEffect(() => {
    const answer = fetcher.data
    if (!answer || answer === done.current) return
    done.current = answer
    if (answer.ok) {
      if (saidWhenDone) shopify.toast.show(saidWhenDone)
      if (goTo) navigate(goTo)
    } else shopify.toast.show('refused' in answer ? t('stale.title') : t('issue.title'), { isError: true })
  }, [fetcher.data, shopify, navigate, goTo, saidWhenDone, t])
  const send = (intent: Intent) =>
    fetcher.submit(JSON.parse(JSON.stringify(intent)), {
      method: 'POST',
      action: '/app/program/draft',
      encType: 'application/json',
    })
  return { send, busy: fetcher.state !== 'idle', answer: fetcher.data }
}
