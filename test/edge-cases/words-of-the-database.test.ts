import { expect, test } from 'vitest'
import type { Bucket } from '../../app/domain/account/account.ts'
import type { OpenWarning } from '../../app/domain/expiry/expiry.ts'
import type { BulkKind } from '../../app/domain/imports/bulk-line.ts'
import type { CodeRepair, Deviation } from '../../app/domain/rewards/code-in-shopify.ts'
import type { endHold, writeHold } from '../../app/ledger/holds.ts'
import type { AuditKind } from '../../app/loyalty/audit/run-audit.ts'
import type { StoredAward } from '../../app/loyalty/earning/stored-awards.ts'
import type { endWarnings } from '../../app/loyalty/expiry/open-warnings.ts'
import type { BatchView } from '../../app/loyalty/imports/read-batch.ts'
import type { Ending } from '../../app/loyalty/inbox/inbox.ts'
import type {
  FindingReason,
  ReconciliationKind,
} from '../../app/loyalty/reconciliation/reconciliation-run.ts'
import type { EndingReason, Redemption, ReturnReason } from '../../app/loyalty/rewards/redemption-record.ts'
import type { ImportView } from '../../app/loyalty/upkeep/read-operations.ts'
import type { ReadOrder } from '../../app/shopify/orders/order-from-graphql.ts'
import { useDatabase } from '../database.ts'

const database = useDatabase()

/** All members of a union: the types do not fit where one is missing or too many. */
const every = <Union extends string>(members: Record<Union, 1>): string[] => Object.keys(members)
/** Words that stand in statements alone; no type of ours knows them. */
const statements = (words: string) => words.split(' ')

/**
 * What our types say may be written, by the column that takes nothing else. A union that gets a member without its
 * column fails here, and so does a column that gets such a rule without standing here.
 */
const WORDS: Record<string, string[]> = {
  'audit_run.kind': every<AuditKind>({ nightly: 1, manual: 1 }),
  'bulk_batch.kind': every<BulkKind>({ adjustment: 1, import: 1 }),
  'bulk_batch.status': every<BatchView['status']>({
    checking: 1,
    ready: 1,
    running: 1,
    done: 1,
    discarded: 1,
  }),
  'bulk_line.status': statements('unchecked wrong ready posted refused'),
  'code_finding.repair': every<NonNullable<CodeRepair>>({ ask: 1, end: 1, move: 1 }),
  'code_finding.why': every<Deviation | 'unread'>({
    unread: 1,
    missing: 1,
    ended: 1,
    used: 1,
    usable: 1,
    'usable-again': 1,
    'other-code': 1,
    'other-customer': 1,
    'for-everybody': 1,
    'other-terms': 1,
  }),
  'delivery_outcome.status': every<Exclude<Ending['status'], 'done' | 'later' | 'apart' | 'erased'>>({
    ignored: 1,
    quarantined: 1,
  }),
  'dispute.standing': every<ReadOrder['disputes'][number]['standing']>({ open: 1, won: 1, lost: 1 }),
  'earning_award.taken_because': every<NonNullable<StoredAward['because']>>({
    withdrawn: 1,
    'not-due': 1,
    merged: 1,
  }),
  'expiry_warning.kind': every<OpenWarning['kind']>({ 'after-earning': 1, 'after-inactivity': 1 }),
  'expiry_warning.outcome': every<Parameters<typeof endWarnings>[2][number]['outcome']>({
    lapsed: 1,
    withdrawn: 1,
  }),
  'hold.kind': every<NonNullable<Parameters<typeof writeHold>[2]['kind']>>({ redemption: 1, dispute: 1 }),
  'hold.outcome': every<Parameters<typeof endHold>[3]>({ captured: 1, released: 1, expired: 1 }),
  'order_import.status': every<ImportView['status']>({
    estimating: 1,
    estimated: 1,
    running: 1,
    done: 1,
    cancelled: 1,
    undoing: 1,
    undone: 1,
  }),
  'order_import_order.state': statements('given taken_back kept'),
  'reconciliation.kind': every<ReconciliationKind>({ hourly: 1, nightly: 1, manual: 1 }),
  'reconciliation_finding.why': every<FindingReason>({
    unknown: 1,
    moved: 1,
    'taken-off': 1,
    cancelled: 1,
    paid: 1,
    unpaid: 1,
    refunded: 1,
    disputed: 1,
    edited: 1,
    left: 1,
  }),
  'redemption.ending': every<EndingReason>({
    cancelled: 1,
    withdrawn: 1,
    'code-removed': 1,
    'order-cancelled': 1,
    'order-given-back': 1,
    'order-gone': 1,
    'order-test': 1,
    'no-discount': 1,
  }),
  'redemption.return_reason': every<ReturnReason>({
    lapsed: 1,
    failed: 1,
    'not-allowed': 1,
    cancelled: 1,
    withdrawn: 1,
    'code-removed': 1,
    'order-cancelled': 1,
    'order-given-back': 1,
    'order-gone': 1,
    'order-test': 1,
    'no-discount': 1,
  }),
  'redemption.status': every<Redemption['status']>({ preparing: 1, ready: 1, used: 1, returned: 1 }),
  'type bucket': every<Bucket>({
    pending: 1,
    available: 1,
    held: 1,
    debt: 1,
    issued: 1,
    redeemed: 1,
    expired: 1,
    adjusted: 1,
    merged: 1,
  }),
  'type unit': statements('points status credit'),
}

const sorted = (words: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(words).map(([column, list]) => [column, list.toSorted()]))

test('B1: every column that takes some words alone takes exactly those that our types know', async () => {
  const { rows: checks } = await database.owner().query<{ table: string; rule: string }>(
    `SELECT conrelid::regclass::text AS table, pg_get_constraintdef(oid) AS rule FROM pg_constraint
      WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conislocal`,
  )
  const { rows: types } = await database.owner().query<{ name: string; words: string[] }>(
    `SELECT 'type ' || typname AS name, array_agg(enumlabel::text) AS words
       FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid
      WHERE typnamespace = 'public'::regnamespace GROUP BY typname`,
  )
  const taken = Object.fromEntries(types.map(({ name, words }) => [name, words]))
  for (const { table, rule } of checks) {
    const [, column, list] = /^CHECK \(\((\w+) = ANY \(ARRAY\[(.*)\]\)\)\)$/.exec(rule) ?? []
    if (column && list)
      taken[`${table}.${column}`] = [...list.matchAll(/'([^']*)'/g)].map(([, word]) => word ?? '')
  }
  expect(sorted(taken)).toEqual(sorted(WORDS))
})
