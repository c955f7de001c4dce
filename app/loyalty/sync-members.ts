import { acrossShops } from '../db.server.ts'
import type { CompiledProgram } from '../domain/compiled-program.ts'
import { validUntil } from '../domain/expiry.ts'
import type { Tx } from '../ledger/tx.ts'
import { logger } from '../logger.server.ts'
import { type AdminGraphql, askAdmin } from '../shopify/ask-admin.ts'
import { SetMetafields } from '../shopify/graphql/metafields.ts'
import { shopAdmin } from '../shopify/shop-admin.ts'
import { recordSent, type Told } from './expiry/open-warnings.ts'
import { memberLapses, membershipMetafield } from './membership-view.ts'
import { type Member, readMember } from './read-member.ts'
import { loadPrograms, programAt } from './settlement/programs.ts'
import { shopById } from './shop-of-request.ts'

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

/**
 * Writes balance, tier and next reward of the members whose points changed to their metafields, where the storefront
 * reads them without a request. However often a member changed meanwhile, she is written once. The library waits when
 * Shopify throttles.
 */
export async function syncMembers(shopId: number, now: () => number): Promise<void> {
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
      await forget(tx, shopId, batch)
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
  const program = programAt((await loadPrograms(tx, [shopId])).get(shopId), now)
  const batch: Prepared[] = []
  for (const waiting of rows) {
    const member = await readMember(tx, shopId, waiting.customerId)
    if (!member) continue
    const value = JSON.stringify(membershipMetafield(program, member, now))
    batch.push({ ...waiting, value, told: program ? newsOf(program, member, now) : [] })
  }
  return batch
}

/** The warnings that the member reads now for the first time: a warning counts as sent when the shop shows it. */
function newsOf(program: CompiledProgram, member: Member, now: number): Told[] {
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
 * One customer that Shopify no longer has fails the whole call: then each is written alone.
 * @returns those that were written
 */
async function write(graphql: AdminGraphql, batch: Prepared[]): Promise<Prepared[]> {
  const errors = await setMetafields(graphql, batch)
  if (errors.length === 0) return batch
  const written: Prepared[] = []
  for (const one of batch) {
    const [error] = await setMetafields(graphql, [one])
    if (error) logger.warn({ accountId: one.accountId, code: error.code }, 'a metafield was refused')
    else written.push(one)
  }
  return written
}

async function setMetafields(graphql: AdminGraphql, batch: Prepared[]) {
  const { metafieldsSet } = await askAdmin(graphql, SetMetafields, {
    metafields: batch.map(({ customerId, value }) => ({
      ownerId: `gid://shopify/Customer/${customerId}`,
      namespace: '$app:stammgast',
      key: 'membership',
      type: 'json',
      value,
    })),
  })
  return metafieldsSet?.userErrors ?? []
}

/** Only what was written: a member who changed since stays. */
async function forget(tx: Tx, shopId: number, batch: Waiting[]): Promise<void> {
  await tx.query(
    `DELETE FROM member_to_sync m
      USING unnest($2::bigint[], $3::text[]) AS r(account_id, since)
      WHERE m.shop_id = $1 AND m.account_id = r.account_id AND m.since = r.since::timestamptz`,
    [shopId, batch.map((one) => one.accountId), batch.map((one) => one.since)],
  )
}
