import type { PostingKind } from '../../app/ledger/post.ts'
import type { Found } from '../../app/loyalty/surfaces/entries/entry.ts'
import { entryOf, type HistoryLine } from '../../app/loyalty/surfaces/entries.ts'

export type LineOf<Kind extends PostingKind> = Extract<HistoryLine, { kind: Kind }>

/** A posting beside which the reader found nothing. */
export const FOUND: Found = {
  part: 'points',
  version: 1,
  sourceId: '1042',
  why: null,
  pending: 0,
  whyBefore: null,
  stillPending: null,
  maturesAt: null,
  disputed: false,
  undone: false,
  redemption: null,
  fileName: null,
  credit: null,
  names: null,
}

/** A line of a history that says nothing but what is told here. */
export function lineOf<Kind extends PostingKind>(kind: Kind, more: Partial<LineOf<Kind>> = {}): LineOf<Kind> {
  return {
    postingId: 1,
    at: new Date(0),
    bookedAt: new Date(0),
    kind,
    part: FOUND.part,
    sourceId: FOUND.sourceId,
    points: 0,
    moved: 0,
    status: 'available',
    earlier: false,
    after: { available: 0, pending: 0 },
    repaid: 0,
    owed: 0,
    order: null,
    actor: 'system',
    reason: null,
    programVersion: null,
    ...entryOf(kind).facts(FOUND),
    ...more,
  } as unknown as LineOf<Kind>
}
