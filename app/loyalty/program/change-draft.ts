import { withShop } from '../../db/db.server.ts'
import { compileWindow } from '../../domain/time/time-window.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { type PublishResult, publishProgram } from './publish-program.ts'
import {
  type DraftPatch,
  discardDraft,
  restoreVersion,
  type SaveResult,
  saveDraft,
  startDraft,
} from './save-draft.ts'

/** What a page asks of the draft; `revision` is the one that the page has shown. */
export type DraftChange =
  | { intent: 'start' }
  | { intent: 'save'; revision: number; patch: DraftPatch }
  | { intent: 'restore'; revision: number; version: number }
  | { intent: 'discard'; revision: number }

/** @throws DomainError stale-draft, program-missing */
export function changeDraft(shop: Shop, change: DraftChange, actor: string): Promise<SaveResult> {
  return withShop(shop.shopId, async (tx): Promise<SaveResult> => {
    switch (change.intent) {
      case 'start':
        return { ok: true, revision: await startDraft(tx, shop, actor) }
      case 'save':
        return saveDraft(tx, shop, { ...change, actor })
      case 'restore':
        return { ok: true, revision: await restoreVersion(tx, shop.shopId, { ...change, actor }) }
      case 'discard':
        return { ok: true, revision: await discardDraft(tx, shop.shopId, { ...change, actor }) }
    }
  })
}

export interface PublishWish {
  revision: number
  note: string
  /** "2026-01-01": orders count since that day began in the shop's zone. First version only. */
  countFrom: string | null
}

/** @throws DomainError stale-draft, program-missing, invalid-payload (see `publishProgram`) */
export function publishDraft(shop: Shop, wish: PublishWish, actor: string): Promise<PublishResult> {
  const { revision, note, countFrom: day } = wish
  const start = day && `${day}T00:00`
  const countFrom = start ? new Date(compileWindow({ start, end: null, timeZone: shop.timeZone }).from) : null
  return withShop(shop.shopId, (tx) => publishProgram(tx, shop, { revision, note, actor, countFrom }))
}
