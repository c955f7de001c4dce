import { useFetcher, useNavigate, useRevalidator } from '@remix-run/react'
import { useAppBridge } from '@shopify/app-bridge-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Program } from '../../domain/program.ts'
import { sameDocument } from '../../domain/program-changes.ts'
import { type ProgramIssue, validateProgram } from '../../domain/validate-program.ts'
import type { DraftPatch } from '../../loyalty/save-draft.ts'
import { useShop } from '../use-shop.ts'
import type { DraftAnswer } from './draft-answer.ts'
import { issueText } from './issue-text.ts'
import { useDraft } from './use-program.ts'

export interface Section<T> {
  value: T
  set: (value: T) => void
  /** Changes some fields. */
  update: (fields: Partial<T>) => void
  dirty: boolean
  saving: boolean
  save: () => void
  discard: () => void
  /** The draft as it would be if this were saved: for previews and checks. It may be wrong. */
  document: Program
  /** Words for what is wrong at a path of the document ("earning.pointsPerUnit"); only after a try to save. */
  error: (path: string) => string | undefined
  /** What is wrong elsewhere than at the shown paths. */
  issues: ProgramIssue[]
  /** Somebody else saved meanwhile. */
  stale: boolean
  reload: () => void
}

interface Options {
  /** Where to go after saving; absent: stay. */
  goTo?: string
  /** New items can be saved as they are. */
  startDirty?: boolean
}

/**
 * One form over a part of the program's draft. The same check runs here, before sending, and on the server.
 * @param initial what the draft says now
 * @param toPatch the form's value as whole parts of the document
 */
export function useSection<T>(
  initial: T,
  toPatch: (value: T) => DraftPatch,
  options: Options = {},
): Section<T> {
  const { t } = useTranslation('program')
  const draft = useDraft()
  const shop = useShop()
  const shopify = useAppBridge()
  const navigate = useNavigate()
  const revalidator = useRevalidator()
  const fetcher = useFetcher<DraftAnswer>()

  const [value, set] = useState(initial)
  const [base, setBase] = useState({ revision: draft.revision, initial })
  const [tried, setTried] = useState(false)
  const [forget, setForget] = useState<DraftAnswer | undefined>()

  // A new revision is what was saved here, or what the merchant asked to load: begin from it.
  if (base.revision !== draft.revision) {
    setBase({ revision: draft.revision, initial })
    set(initial)
    setTried(false)
  }

  const document = useMemo(
    () => ({ ...draft.document, ...toPatch(value) }) as Program,
    [draft.document, value, toPatch],
  )
  const answer = fetcher.data === forget ? undefined : fetcher.data
  const issues = useMemo(() => {
    if (!tried) return []
    const checked = validateProgram(document, shop)
    if (!checked.ok) return checked.issues
    return answer && 'issues' in answer ? answer.issues : []
  }, [tried, document, shop, answer])

  const done = useRef<DraftAnswer | undefined>(undefined)
  useEffect(() => {
    if (!fetcher.data?.ok || fetcher.data === done.current) return
    done.current = fetcher.data
    shopify.toast.show(t('saved'))
    if (options.goTo) {
      void shopify.saveBar?.hide?.(SAVE_BAR)
      navigate(options.goTo)
    }
  }, [fetcher.data, shopify, t, navigate, options.goTo])

  const save = () => {
    setTried(true)
    if (!validateProgram(document, shop).ok) return
    const body = { intent: 'save', revision: draft.revision, patch: toPatch(value) }
    fetcher.submit(JSON.parse(JSON.stringify(body)), {
      method: 'POST',
      action: '/app/program/draft',
      encType: 'application/json',
    })
  }

  return {
    value,
    set,
    update: (fields) => set((before) => ({ ...before, ...fields })),
    dirty: options.startDirty === true || !sameDocument(value, base.initial),
    saving: fetcher.state !== 'idle',
    save,
    discard: () => {
      set(base.initial)
      setTried(false)
      setForget(fetcher.data)
    },
    document,
    error: (path) => {
      const issue = issues.find((found) => found.path === path)
      return issue && issueText(t, issue, document)
    },
    issues,
    stale: answer !== undefined && 'refused' in answer,
    reload: () => {
      setForget(fetcher.data)
      revalidator.revalidate()
    },
  }
}

export const SAVE_BAR = 'program-save-bar'
