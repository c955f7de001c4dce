import { useRef, useState } from 'react'
import { sameDocument } from '../../../domain/document/same-document.ts'

export interface FilledForm<T> {
  value: T
  set: (value: T | ((before: T) => T)) => void
  dirty: boolean
  /** The draft's revision that the value stands on: what was saved since is known here, or is in conflict. */
  revision: number
  /** The draft has another value by now than the one from which this was typed. */
  conflict: boolean
  /** The value is on its way: what is typed from here on is not in it. */
  sent: () => void
  keepMine: () => void
  takeTheirs: () => void
}

interface DraftState {
  /** Of the draft now. */
  revision: number
  /** The revision that this form's last save has made; null: none. */
  own: number | null
  /** The draft has it no more. */
  gone: boolean
}

/**
 * A value that was filled in from a revision of the draft and is being changed, while the draft may change too. What was
 * typed goes only when it is saved or the merchant gives it up.
 * @param initial what the draft says now
 */
export function useFilledForm<T>(initial: T, { revision, own, gone }: DraftState): FilledForm<T> {
  const [value, set] = useState(initial)
  const [base, setBase] = useState({ revision, initial })
  const sent = useRef(value)
  const dirty = !sameDocument(value, base.initial)
  const theirs = { revision, initial }

  if (base.revision !== revision) {
    const saved = revision === own && sameDocument(value, sent.current)
    if (!dirty || saved) set(initial)
    // Typed on while it was being saved, or they changed other parts: what is typed stands on the new draft.
    const kept = !gone && (sameDocument(initial, base.initial) || sameDocument(initial, value))
    const apart = revision === own || kept
    if (!dirty || apart) setBase(theirs)
  }

  return {
    value,
    set,
    dirty,
    revision: base.revision,
    conflict: base.revision !== revision,
    sent: () => {
      sent.current = value
    },
    keepMine: () => setBase(theirs),
    takeTheirs: () => {
      setBase(theirs)
      set(initial)
    },
  }
}
