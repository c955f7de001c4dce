import type { Tx } from '../../db/tx.ts'
import type { ProgramIssue } from '../../domain/document/program-issue.ts'
import { sameDocument } from '../../domain/document/same-document.ts'
import { validateProgram } from '../../domain/program/validate-program.ts'
import { reopenedDraws } from '../../domain/rewards/given/draws.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { enqueue } from '../../queue/enqueue.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { programVersions } from './program-store.ts'
import { workingDraft } from './save-draft.ts'

export type PublishResult =
  | { outcome: 'published'; version: number }
  /** The draft is what is live: nothing to do. A second click ends here. */
  | { outcome: 'unchanged'; version: number }
  | { outcome: 'invalid'; issues: ProgramIssue[] }

interface Request {
  /** The revision that the merchant has looked at. */
  revision: number
  /** First version only: orders placed since then count too. Default: now. */
  countFrom?: Date | null
  actor: string
  note?: string | null
}

/**
 * Makes the draft the next version. Orders placed from now on are judged by it, those before keep theirs.
 * @throws DomainError stale-draft, program-missing, invalid-payload (`countFrom` in the future or not the first)
 */
export async function publishProgram(tx: Tx, shop: Shop, request: Request): Promise<PublishResult> {
  const { shopId } = shop
  // One publication of a shop after the other.
  await tx.query('SELECT 1 FROM shop WHERE shop_id = $1 FOR UPDATE', [shopId])
  const draft = await workingDraft(tx, shopId)
  if (!draft) throw new DomainError('program-missing', 'there is no program to publish yet')
  const [live] = await programVersions(tx, shopId)
  if (live && sameDocument(live.document, draft.document)) {
    return { outcome: 'unchanged', version: live.version }
  }
  if (draft.revision !== request.revision) {
    throw new DomainError('stale-draft', 'the draft was changed meanwhile', {
      current: draft.revision,
      revision: request.revision,
    })
  }
  const checked = validateProgram(draft.document, shop)
  if (!checked.ok) return { outcome: 'invalid', issues: checked.issues }
  const reopened = reopenedDraws(live?.document.rewards ?? [], checked.program.rewards, Date.now())
  if (reopened.length > 0) return { outcome: 'invalid', issues: reopened }

  const countFrom = checkedCountFrom(request.countFrom ?? null, live === undefined)
  const version = (live?.version ?? 0) + 1
  // Not before the version it follows, whatever a clock says.
  await tx.query(
    `INSERT INTO program (shop_id, version, document, effective_from, published_by, note)
     VALUES ($1, $2, $3, coalesce($4, greatest($5::timestamptz, $6)), $7, $8)`,
    [
      shopId,
      version,
      JSON.stringify(checked.program),
      countFrom,
      new Date(),
      live?.effectiveFrom ?? null,
      request.actor,
      request.note || null,
    ],
  )
  await tx.query(
    `INSERT INTO program_draft (shop_id, document, based_on, revision, updated_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (shop_id) DO UPDATE SET document = excluded.document, based_on = excluded.based_on,
       revision = excluded.revision, updated_at = now(), updated_by = excluded.updated_by`,
    [shopId, JSON.stringify(checked.program), version, draft.revision + 1, request.actor],
  )
  await enqueue(tx, 'publish-program-facts', { shopId })
  await enqueue(tx, 'renew-tiers', { shopId })
  if (countFrom) await enqueue(tx, 'settle-again', { shopId })
  return { outcome: 'published', version }
}

function checkedCountFrom(countFrom: Date | null, first: boolean): Date | null {
  if (!countFrom) return null
  if (!first) {
    throw new DomainError(
      'invalid-payload',
      'only a first program can count orders from before it was published',
    )
  }
  if (Number.isNaN(+countFrom) || +countFrom > Date.now()) {
    throw new DomainError('invalid-payload', 'orders can be counted from a day that is over or has begun')
  }
  return countFrom
}
