import type { Tx } from '../../db/tx.ts'
import type { ProgramIssue } from '../../domain/document/program-issue.ts'
import { sameDocument } from '../../domain/document/same-document.ts'
import type { Program } from '../../domain/program/program.ts'
import { validateProgram } from '../../domain/program/validate-program.ts'
import { starterProgram } from '../../domain/templates/program-template.ts'
import { DomainError } from '../../domain/text/errors.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import {
  type ProgramDraft,
  type ProgramVersion,
  programDraft,
  programVersions,
  publishedVersion,
} from './program-store.ts'

/** What the merchant works on: the stored draft, else the live program as revision 0. Null before the first. */
export async function workingDraft(tx: Tx, shopId: number): Promise<ProgramDraft | null> {
  const stored = await programDraft(tx, shopId)
  if (stored) return stored
  const [live] = await programVersions(tx, shopId)
  if (!live) return null
  const { document, version, publishedAt, publishedBy } = live
  return { document, basedOn: version, revision: 0, updatedAt: publishedAt, updatedBy: publishedBy }
}

/** The same beside the version that is live; null where there is none. */
export async function draftAndLive(
  tx: Tx,
  shopId: number,
): Promise<{ draft: ProgramDraft | null; live: ProgramVersion | null }> {
  const draft = await workingDraft(tx, shopId)
  const [live = null] = await programVersions(tx, shopId)
  return { draft, live }
}

export type SaveResult = { ok: true; revision: number } | { ok: false; issues: ProgramIssue[] }

/** Whole parts of the document, as a form holds them. */
export type DraftPatch = Partial<Omit<Program, 'schema'>>

/**
 * Puts parts of the document into the draft. Nothing is stored unless the whole document is then right. What is sent
 * once more because its answer was lost is there already, and is answered as it would have been.
 * @param revision the revision that the form was filled from
 * @throws DomainError stale-draft when somebody saved meanwhile, program-missing when there is nothing to change
 */
export async function saveDraft(
  tx: Tx,
  shop: Pick<Shop, 'shopId' | 'currency'>,
  { revision, patch, actor }: { revision: number; patch: DraftPatch; actor: string },
): Promise<SaveResult> {
  const draft = await lockedDraft(tx, shop.shopId)
  if (!draft) throw new DomainError('program-missing', 'there is no program to change yet')
  const checked = validateProgram({ ...draft.document, ...patch }, shop)
  if (checked.ok && saysAlready(draft, revision, checked.program))
    return { ok: true, revision: draft.revision }
  assertSeen(draft, revision)
  if (!checked.ok) return checked
  const saved = await store(tx, shop.shopId, { ...draft, document: checked.program }, actor)
  return { ok: true, revision: saved }
}

/**
 * Begins with the starter program of the shop's currency. A draft that exists already stays as it is, so that two
 * clicks do no harm.
 */
export async function startDraft(tx: Tx, shop: Shop, actor: string): Promise<number> {
  const existing = await workingDraft(tx, shop.shopId)
  if (existing) return existing.revision
  const document = starterProgram(shop.currency, shop.timeZone)
  return store(tx, shop.shopId, { document, basedOn: null, revision: 0 }, actor)
}

/**
 * Rolls back: an old version becomes the draft, to be looked at and published as a new version.
 * @throws DomainError stale-draft, program-missing (no such version)
 */
export async function restoreVersion(
  tx: Tx,
  shopId: number,
  { version, revision, actor }: { version: number; revision: number; actor: string },
): Promise<number> {
  const draft = await lockedDraft(tx, shopId)
  const old = await publishedVersion(tx, shopId, version)
  if (!draft || !old) throw new DomainError('program-missing', `there is no version ${version}`, { version })
  if (saysAlready(draft, revision, old.document)) return draft.revision
  assertSeen(draft, revision)
  return store(tx, shopId, { ...draft, document: old.document }, actor)
}

/** Throws the changes since the live version away. */
export async function discardDraft(
  tx: Tx,
  shopId: number,
  { revision, actor }: { revision: number; actor: string },
): Promise<number> {
  const [live] = await programVersions(tx, shopId)
  if (!live) throw new DomainError('program-missing', 'nothing is published that the draft could go back to')
  return restoreVersion(tx, shopId, { version: live.version, revision, actor })
}

async function lockedDraft(tx: Tx, shopId: number): Promise<ProgramDraft | null> {
  // The row of the shop stands for a draft that is not there yet: two first saves come one after the other.
  await tx.query('SELECT 1 FROM shop WHERE shop_id = $1 FOR UPDATE', [shopId])
  return workingDraft(tx, shopId)
}

/** A later draft than the one that was looked at, and what is wanted of it. */
function saysAlready(draft: ProgramDraft, revision: number, wanted: Program): boolean {
  return draft.revision > revision && sameDocument(draft.document, wanted)
}

/** @throws DomainError stale-draft */
function assertSeen({ revision: current }: ProgramDraft, revision: number): void {
  if (current === revision) return
  throw new DomainError('stale-draft', 'the draft was changed meanwhile', { current, revision })
}

async function store(
  tx: Tx,
  shopId: number,
  draft: Pick<ProgramDraft, 'document' | 'basedOn' | 'revision'>,
  actor: string,
): Promise<number> {
  const next = draft.revision + 1
  await tx.query(
    `INSERT INTO program_draft (shop_id, document, based_on, revision, updated_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (shop_id) DO UPDATE SET document = excluded.document, based_on = excluded.based_on,
       revision = excluded.revision, updated_by = excluded.updated_by, updated_at = now()`,
    [shopId, JSON.stringify(draft.document), draft.basedOn, next, actor],
  )
  return next
}
