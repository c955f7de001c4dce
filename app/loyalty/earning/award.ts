import type { Tx } from '../../db/tx.ts'
import type { Source, SourceName } from '../../domain/earning/sources.ts'
import { expiresOn } from '../../domain/expiry/expiry.ts'
import { localDate } from '../../domain/time/time-window.ts'
import { type OpenAccount, openAccount } from '../../ledger/accounts.ts'
import { confirmAliases, ensureAccounts, type HeldAccount } from '../../ledger/ensure-accounts.ts'
import { post } from '../../ledger/post.ts'
import { loadPrograms, programAt, readablePrograms, type ShopPrograms } from '../program/programs.ts'
import { markForSync } from '../sync/mark-for-sync.ts'
import { dueOfSource, takeBackAllBut } from './join-awards.ts'
import { bringTo, give, type Worth } from './settle-award.ts'
import { readAwards, readHistories } from './stored-awards.ts'

/** Something that a customer did, as `occasions.ts` reads it. */
export interface Occasion {
  /** Shopify's id in digits; merges are followed. */
  customerId: string
  source: SourceName
  /** What makes it this occasion and no other: the same key is the same thing, told once more. */
  key: string
  /** Epoch ms. */
  at: number
  /** As the source's schema for occasions. */
  told: Record<string, unknown>
}

export type Awarded =
  | 'given'
  | 'taken-back'
  /** It is noted, and moves no points. */
  | 'noted'
  /** It was told before. */
  | 'known'
  /** No program of the shop ever gave points for it: then it is nobody's business, and not kept. */
  | 'off'
  /** The customer was redacted since. */
  | 'redacted'

/**
 * Points for a behaviour, once a person. What somebody has of a source is a function of all that she did, as whichever
 * customer, however often and in whatever order it is told; the book gets the difference, under the lock of the account, so that two
 * who tell at once come here one after the other.
 * @param now epoch ms; nothing happens later than that
 * @throws TryAgain when the account was merged or redacted meanwhile
 */
export async function award(tx: Tx, shopId: number, occasion: Occasion, now: number): Promise<Awarded> {
  const { customerId, source } = occasion
  const programs = (await loadPrograms(tx, [shopId])).get(shopId)
  if (!programs || !readablePrograms(programs).some(({ sources }) => sources.has(source))) return 'off'
  const holder = { shopId, customerId, guestHash: null, toldAt: occasion.at }
  const [found] = (await ensureAccounts(tx, [holder])).values()
  if (!found) return 'redacted'
  const account = await openAccount(tx, found)
  await confirmAliases(tx, [found])
  if (!(await note(tx, found, { ...occasion, at: Math.min(occasion.at, now) }))) return 'known'
  return settleSource(tx, account, source, programs, now)
}

/** Under the account of the customer that it was told of, whom she has become since. */
async function note(tx: Tx, { shopId, ownId }: HeldAccount, occasion: Occasion): Promise<boolean> {
  const { source, key, at, told } = occasion
  const { rowCount } = await tx.query(
    `INSERT INTO earning_occasion (shop_id, account_id, source, key, at, told)
     VALUES ($1, $2, $3, $4, to_timestamp($5 / 1000.0), $6) ON CONFLICT DO NOTHING`,
    [shopId, ownId, source, key, at, told],
  )
  return rowCount === 1
}

async function settleSource(
  tx: Tx,
  account: OpenAccount,
  source: SourceName,
  programs: ShopPrograms,
  now: number,
): Promise<Awarded> {
  const awards = await readAwards(tx, [account], source)
  const due = dueOfSource(source, await readHistories(tx, [account], source, awards), programs)
  const worth = due && due.withdrawnAt === null ? worthAt(programs, source, due.at) : null
  // What goes back first: nobody has two gifts of a source that stand.
  const postings = await takeBackAllBut(tx, awards, worth && due, due, () => account, now)
  if (worth && due) {
    const own = awards.find(({ earnedBy }) => earnedBy === due.accountId)
    const before = own ? worthAt(programs, source, own.givenAt) : null
    const given = own
      ? await bringTo(tx, account, own, { before, worth }, now)
      : await give(tx, account, { source, earnedBy: due.accountId }, worth, now)
    postings.push(...given)
  }
  const last = postings.at(-1)
  if (!last) return 'noted'
  await post(tx, [account], postings)
  await markForSync(tx, [account])
  return last.part as 'given' | 'taken-back'
}

/** What a source gives at a moment, by the program in force then; null: nothing. */
function worthAt(programs: ShopPrograms, source: SourceName, at: number): Worth | null {
  const program = programAt(programs, at)
  const points = (program?.sources.get(source) as Source | undefined)?.points
  if (!program || points === undefined) return null
  const { expiry, timeZone, version } = program
  const day = localDate(at, timeZone)
  return { points, at, day, expiresOn: expiresOn(expiry, at, timeZone), programVersion: version }
}
