import { useNavigate } from '@remix-run/react'
import { useAppBridge } from '@shopify/app-bridge-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProgramIssue } from '../../../domain/document/program-issue.ts'
import type { Program } from '../../../domain/program/program.ts'
import { validateProgram } from '../../../domain/program/validate-program.ts'
import type { DraftPatch } from '../../../loyalty/program/save-draft.ts'
import type { LostAnswer } from '../../kit/lost-answer.ts'
import { useJsonChange, useNews } from '../../kit/use-change.ts'
import { useReadAgain } from '../../kit/use-read-again.ts'
import { useFormat } from '../../use-format.ts'
import { useShop } from '../../use-shop.ts'
import { DRAFT_ADDRESS, type DraftAnswer } from './draft-answer.ts'
import { issueText } from './issue-text.ts'
import { useFilledForm } from './use-filled-form.ts'
import { useLeave } from './use-leave.ts'
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
  /** What is wrong, wherever it is; only after a try to save. */
  issues: ProgramIssue[]
  /** How often saving was refused because of them. */
  refusals: number
  /** Somebody else has saved another value of what is edited here. What was typed stays until one is chosen. */
  conflict: boolean
  /** Saves what is typed here over what the other has saved. */
  takeMine: () => void
  /** Goes on with what the other has saved. */
  takeTheirs: () => void
  /** Why the last try to save got no answer. */
  lost: LostAnswer['lost'] | undefined
  /** Lets the next way out pass without a question. */
  allowLeaving: () => void
}

interface Options {
  /** Where to go after saving; absent: stay. */
  goTo?: string
  /** Somebody else has deleted what is edited here. */
  gone?: boolean
}

/**
 * One form over a part of the program's draft. The same check runs here, before sending, and on the server.
 * @param initial what the draft says now
 * @param toPatch the form's value as whole parts of the document
 */
export function useSection<T>(
  initial: T,
  toPatch: (value: T) => DraftPatch,
  { goTo, gone = false }: Options = {},
): Section<T> {
  const { t } = useTranslation('program')
  const format = useFormat()
  const draft = useDraft()
  const shop = useShop()
  const sending = useJsonChange<DraftAnswer>(DRAFT_ADDRESS)
  const { answer } = sending
  const own = answer?.ok ? answer.revision : null
  const form = useFilledForm(initial, { revision: draft.revision, own, gone })
  const { value, dirty } = form
  const [tried, setTried] = useState(false)
  const [refusals, setRefusals] = useState(0)
  /** It was sent on this revision and has to be sent again when it stands on a later one. */
  const [refusedOn, setRefusedOn] = useState<number | null>(null)

  const document = useMemo(
    () => ({ ...draft.document, ...toPatch(value) }) as Program,
    [draft.document, value, toPatch],
  )
  const issues = useMemo(() => {
    if (!tried) return []
    const checked = validateProgram(document, shop)
    if (!checked.ok) return checked.issues
    return answer && 'issues' in answer ? answer.issues : []
  }, [tried, document, shop, answer])

  const sentOn = useRef(draft.revision)
  const save = () => {
    setTried(true)
    if (form.conflict) return
    if (!validateProgram(document, shop).ok) {
      setRefusals((before) => before + 1)
      return
    }
    form.sent()
    sentOn.current = form.revision
    sending.send({ intent: 'save', revision: form.revision, patch: toPatch(value) })
  }
  const giveUp = () => {
    form.takeTheirs()
    sending.forget()
    setRefusedOn(null)
    setTried(false)
  }

  const allowLeaving = useLeave(dirty)
  const saved = useSaved(allowLeaving, goTo)
  const { readAgain } = useReadAgain()
  useNews(answer, (news) => {
    if (news.ok) {
      setTried(false)
      saved()
    } else if ('refused' in news) {
      setRefusedOn(sentOn.current)
      void readAgain()
    } else if ('issues' in news) {
      setRefusals((before) => before + 1)
    }
  })
  useEffect(() => {
    if (refusedOn === null || form.revision <= refusedOn || sending.busy) return
    setRefusedOn(null)
    save()
  })

  return {
    value,
    set: form.set,
    update: (fields) => form.set((before) => ({ ...before, ...fields })),
    dirty,
    saving: sending.busy,
    save,
    discard: giveUp,
    document,
    error: (path) => {
      const issue = issues.find((found) => found.path === path)
      return issue && issueText(t, issue, document, format)
    },
    issues,
    refusals,
    conflict: form.conflict,
    takeMine: () => {
      setRefusedOn(form.revision)
      form.keepMine()
    },
    takeTheirs: giveUp,
    lost: sending.lost,
    allowLeaving,
  }
}

export const SAVE_BAR = 'program-save-bar'

/** What follows a save that went well. */
function useSaved(allowLeaving: () => void, goTo: string | undefined): () => void {
  const { t } = useTranslation('program')
  const shopify = useAppBridge()
  const navigate = useNavigate()
  return () => {
    shopify.toast.show(t('saved'))
    if (!goTo) return
    allowLeaving()
    void shopify.saveBar?.hide?.(SAVE_BAR)
    navigate(goTo)
  }
}
