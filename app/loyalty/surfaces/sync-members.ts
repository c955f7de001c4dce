import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { validUntil } from '../../domain/expiry/expiry.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import { logger } from '../../logger.server.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { type AdminGraphql, askAdmin } from '../../shopify/ask-admin.ts'
import { gidOf } from '../../shopify/gid.ts'
import { SetMetafields } from '../../shopify/graphql/metafields.ts'
import { orRefused } from '../../shopify/refused-question.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { recordSent, type Told } from '../expiry/open-warnings.ts'
import { type MemberFacts, NEW_MEMBER, readMemberFacts } from '../members/read-member.ts'
import { loadPrograms, programAt } from '../program/programs.ts'
import { soldOutRewards } from '../rewards/sold-out.ts'
import { shopById } from '../shop/shop-of-request.ts'
import { memberLapses, membershipMetafield } from './membership-view.ts'

/** Shopify takes at most so many metafields in a call, all or none. */
const A_CALL = 25

interface Waiting {
  accountId: number
  customerId: string
  /** As text, to the microsecond: a change after this must not be forgotten. */
  since: string
}

interface Prepared extends Waiting {
  value: string
  /** Warnings that the value carries and that were not told before. */
  told: Told[]
}

/** Shops whose members this process is writing. */
const underWay = new Set<number>()
const LATER_MS = 2_000

/**
 * Writes balance, tier and next reward of the members whose points changed to their metafields, where the storefront
 * reads them without a request. However often a member changed meanwhile, she is written once. The library waits when
 * Shopify throttles.
 *
 * A job that starts while another one writes the same shop comes again later, so that an older value does not overtake
 * a newer one; it does not just leave the work to the other, which may fail. Between processes `settleWritten` sees
 * to that.
 */
export async function syncMembers(shopId: number, now: () => number): Promise<void> {
  if (underWay.has(shopId)) {
    const runAt = new Date(now() + LATER_MS)
    await acrossShops((tx) => enqueue(tx, 'sync-members', { shopId }, { runAt }))
    return
  }
  underWay.add(shopId)
  try {
    await writeAll(shopId, now)
  } finally {
    underWay.delete(shopId)
  }
}

async function writeAll(shopId: number, now: () => number): Promise<void> {
  const shop = await shopById(shopId)
  if (!shop) return
  const graphql = await shopAdmin(shop.domain)
  for (;;) {
    const batch = await acrossShops((tx) => nextBatch(tx, shopId, now()))
    if (batch.length === 0) return
    const written = await write(graphql, batch)
    const at = now()
    await acrossShops(async (tx) => {
      await recordSent(tx, shopId, toldInTime(shop.timeZone, written, at), { at, by: 'metafield' })
      await settleWritten(tx, shopId, batch, at)
    })
  }
}

async function nextBatch(tx: Tx, shopId: number, now: number) {
  // Guests and merged accounts have no customer to write to.
  await tx.query(
    `DELETE FROM member_to_sync m USING account a
      WHERE m.shop_id = $1 AND a.shop_id = $1 AND a.account_id = m.account_id
        AND (a.customer_id IS NULL OR a.merged_into IS NOT NULL)`,
    [shopId],
  )
  const { rows } = await tx.query<Waiting>(
    `SELECT m.account_id AS "accountId", a.customer_id::text AS "customerId", m.since::text AS since
       FROM member_to_sync m JOIN account a USING (shop_id, account_id)
      WHERE m.shop_id = $1 ORDER BY m.since LIMIT $2`,
    [shopId, A_CALL],
  )
  return prepare(tx, shopId, rows, now)
}

async function prepare(tx: Tx, shopId: number, waiting: Waiting[], now: number): Promise<Prepared[]> {
  const program = programAt((await loadPrograms(tx, [shopId])).get(shopId), now)
  const members = await readMemberFacts(
    tx,
    shopId,
    waiting.map(({ accountId }) => accountId),
  )
  const soldOut = await soldOutRewards(tx, shopId, program)
  return waiting.map((one) => {
    const member = members.get(one.accountId) ?? NEW_MEMBER
    // The book that it is from: the storefront shows no points of a book that was erased (see the program's facts).
    const value = JSON.stringify({ ...membershipMetafield(program, member, now, soldOut), book: shopId })
    return { ...one, value, told: program ? newsOf(program, member, now) : [] }
  })
}

/** The warnings that the member reads now for the first time: a warning counts as sent when the shop shows it. */
function newsOf(program: CompiledProgram, member: MemberFacts, now: number): Told[] {
  const unsent = new Map(
    member.lapsing.warnings
      .filter(({ sentAt }) => sentAt === null)
      .map(({ warningId, warnDays }) => [warningId, warnDays]),
  )
  return memberLapses(program, member, now).flatMap(({ on, warningIds }) =>
    warningIds.flatMap((warningId) => {
      const warnDays = unsent.get(warningId)
      return warnDays === undefined ? [] : [{ warningId, on, warnDays }]
    }),
  )
}

/** Written after midnight, a warning may name a day too early by one: it is sent again. */
function toldInTime(zone: string, written: Prepared[], at: number): Told[] {
  return written
    .flatMap(({ told }) => told)
    .filter(({ on, warnDays }) => validUntil(on, at, warnDays, zone) === on)
}

/**
 * One customer that Shopify no longer has, or cannot write to, fails the whole call: then each is written alone.
 * @returns those that were written
 */
async function write(graphql: AdminGraphql, batch: Prepared[]): Promise<Prepared[]> {
  if ((await refusalOf(graphql, batch)) === null) return batch
  const written: Prepared[] = []
  for (const one of batch) {
    const refusal = await refusalOf(graphql, [one])
    if (refusal !== null) logger.warn({ accountId: one.accountId, code: refusal }, 'a metafield was refused')
    else written.push(one)
  }
  return written
}

/** Null: they are written. @throws what the Admin API throws of the shop */
async function refusalOf(graphql: AdminGraphql, batch: Prepared[]): Promise<string | null> {
  const set = await orRefused(graphql, () => setMetafields(graphql, batch))
  if (set.refused !== undefined) return set.refused
  const [error] = set.answer
  return error ? (error.code ?? error.message) : null
}

async function setMetafields(graphql: AdminGraphql, batch: Prepared[]) {
  const { metafieldsSet } = await askAdmin(graphql, SetMetafields, {
    metafields: batch.map(({ customerId, value }) => ({
      ownerId: gidOf('Customer', customerId),
      namespace: '$app:stammgast',
      key: 'membership',
      type: 'json',
      value,
    })),
  })
  return metafieldsSet?.userErrors ?? []
}

/**
 * Forgets what was written. A member who changed since stays; and when another process has written her meanwhile, so
 * that nobody knows whose value Shopify holds, she is written again unless both wrote the same.
 */
async function settleWritten(tx: Tx, shopId: number, batch: Prepared[], now: number): Promise<void> {
  const { rows } = await tx.query<{ accountId: number }>(
    `DELETE FROM member_to_sync m
      USING unnest($2::bigint[], $3::text[]) AS r(account_id, since)
      WHERE m.shop_id = $1 AND m.account_id = r.account_id AND m.since = r.since::timestamptz
      RETURNING m.account_id AS "accountId"`,
    [shopId, batch.map((one) => one.accountId), batch.map((one) => one.since)],
  )
  const settled = new Set(rows.map(({ accountId }) => accountId))
  const doubtful = batch.filter(({ accountId }) => !settled.has(accountId))
  if (doubtful.length === 0) return
  const values = new Map((await prepare(tx, shopId, doubtful, now)).map((one) => [one.accountId, one.value]))
  const stale = doubtful.filter(({ accountId, value }) => values.get(accountId) !== value)
  await tx.query(
    `INSERT INTO member_to_sync (shop_id, account_id) SELECT $1, a FROM unnest($2::bigint[]) AS r(a) ORDER BY a
     ON CONFLICT (shop_id, account_id) DO UPDATE SET since = excluded.since`,
    [shopId, stale.map(({ accountId }) => accountId)],
  )
}
