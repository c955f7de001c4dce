import { useNavigate } from '@remix-run/react'
import { useAppBridge } from '@shopify/app-bridge-react'
import { useTranslation } from 'react-i18next'
import type { DraftPatch } from '../../../loyalty/program/save-draft.ts'
import { useJsonChange, useNews } from '../../kit/use-change.ts'
import { useReadAgain } from '../../kit/use-read-again.ts'
import { DRAFT_ADDRESS, type DraftAnswer } from './draft-answer.ts'

export type Intent =
  | { intent: 'start' }
  | { intent: 'save'; revision: number; patch: DraftPatch }
  | { intent: 'restore'; revision: number; version: number }
  | { intent: 'discard'; revision: number }

interface Options {
  /** Where to go when it went well. */
  goTo?: string | undefined
  /** What a toast says then. */
  said?: string | undefined
  /** Runs first then. */
  done?: (() => void) | undefined
}

/** A change of the draft by one click. What the draft refuses is said in a toast, and is in `issues`. */
export function useDraftIntent({ goTo, said, done }: Options = {}) {
  const { t } = useTranslation('program')
  const shopify = useAppBridge()
  const navigate = useNavigate()
  const { readAgain } = useReadAgain()
  const { send, busy, answer, lost } = useJsonChange<DraftAnswer>(DRAFT_ADDRESS)
  useNews(answer, (news) => {
    if (news.ok) {
      done?.()
      if (said) shopify.toast.show(said)
      if (goTo) navigate(goTo)
      return
    }
    shopify.toast.show('refused' in news ? t('stale.title') : t('issue.title'), { isError: true })
    // The next click is about the draft as it is now.
    if ('refused' in news) void readAgain()
  })
  const issues = answer && 'issues' in answer ? answer.issues : []
  return { send: (intent: Intent) => send(intent), busy, lost, issues }
}
