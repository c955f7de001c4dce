import type pg from 'pg'
import { acrossShops, withShop } from '../../app/db/db.server.ts'
import { validUntil } from '../../app/domain/expiry/expiry.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { recordSent } from '../../app/loyalty/expiry/open-warnings.ts'
import { readMember } from '../../app/loyalty/members/read-member.ts'

/** An instant on the wall clock of Berlin in winter: "2027-03-15 00:30". */
export const berlin = (text: string) => Date.parse(`${text.replace(' ', 'T')}:00+01:00`)

/** What a sender does: every open warning of the shop reached its member. */
export async function sendWarnings(owner: pg.Pool, shopId: number, at: number, zone = 'Europe/Berlin') {
  const { rows } = await owner.query<{ warningId: number; day: string; warnDays: number }>(
    `SELECT warning_id::int AS "warningId", lapses_on::text AS day, warn_days AS "warnDays" FROM expiry_warning
      WHERE shop_id = $1 AND sent_at IS NULL AND ended_at IS NULL`,
    [shopId],
  )
  const told = rows.map((row) => ({ ...row, on: validUntil(row.day, at, row.warnDays, zone) }))
  await acrossShops((tx) => recordSent(tx, shopId, told, { at, by: 'test' }))
  return rows.length
}

export interface StoredWarning {
  lapsesOn: string
  points: number
  lots: number
  sent: boolean
  validUntil: string | null
  outcome: string | null
}

export async function warningsOf(owner: pg.Pool, shopId: number): Promise<StoredWarning[]> {
  const { rows } = await owner.query<StoredWarning>(
    `SELECT lapses_on::text AS "lapsesOn", points::int, cardinality(lots) AS lots, sent_at IS NOT NULL AS sent,
            valid_until::text AS "validUntil", outcome
       FROM expiry_warning WHERE shop_id = $1 ORDER BY warning_id`,
    [shopId],
  )
  return rows
}

export const memberOf = (shopId: number, customerId: string) =>
  withShop(shopId, (tx) => readMember(tx, shopId, customerId))

/** What breaks the invariants in the shop, by a clock that shows `now`. */
export async function violations(shopId: number, now = Date.now()) {
  const found = await withShop(shopId, (tx) => auditLedger(tx, now))
  return found.filter((one) => one.violations > 0)
}
