import type { CompiledProgram } from '../domain/compiled-program.ts'
import type { OrderFacts } from '../domain/order-facts.ts'
import { tierProgress } from '../domain/tiers.ts'
import { type AccountKey, keyOf, loadLots, type OpenAccount, openAccounts } from '../ledger/accounts.ts'
import { ensureAccounts, holderKey } from '../ledger/ensure-accounts.ts'
import { type Posting, post } from '../ledger/post.ts'
import { TryAgain, type Tx } from '../ledger/tx.ts'
import { markForSync } from './mark-for-sync.ts'
import { type CodeUse, findRedemptionsOfOrders, settleRedemptions } from './settle-redemptions.ts'
import {
  type DecidedOrder,
  settleOrder,
  stepsOf,
  walkTimeline,
  withFrozenLabels,
  withLabelsOf,
} from './settlement/decide.ts'
import { freezeDisputed, releaseDisputed } from './settlement/disputed-points.ts'
import {
  accountsOfOrders,
  disputesOf,
  type KnownOrder,
  loadTimelines,
  lockOrders,
  type TimelineOrder,
} from './settlement/orders.ts'
import {
  firstProgram,
  loadPrograms,
  programAt,
  programVersion,
  type ShopPrograms,
} from './settlement/programs.ts'
import {
  changeReason,
  factsDigest,
  type OrderChange,
  type OrderReading,
  orderKey,
  type Settled,
  supersedes,
} from './settlement/readings.ts'
import { saveOrders, saveTiers } from './settlement/write.ts'

export type { OrderReading, Settled } from './settlement/readings.ts'

/**
 * Brings orders into the book: takes the newest state of each, computes what it is worth under the program of its
 * own day, and posts target minus already posted. Any number of orders of any shops in one transaction; the same
 * reading twice posts nothing the second time.
 * @param now epoch milliseconds; only decides what is still pending
 * @param told hears of every order that was settled, what it did to the book
 * @returns one answer for each reading, in their order
 * @throws TryAgain when an order moved to another account while we chose what to lock
 */
export async function settleOrders(
  tx: Tx,
  readings: OrderReading[],
  now: number,
  told?: (change: OrderChange) => void,
): Promise<Settled[]> {
  const newest = newestOfEach(readings)
  const keys = [...newest.values()].map(({ shopId, facts }) => ({ shopId, orderId: facts.orderId }))
  const holders = await findHolders(tx, newest, keys)
  const uses = await findRedemptionsOfOrders(tx, [...newest.values()])
  const accounts = await openAccounts(tx, [...holders.locked, ...uses])
  const known = await lockOrders(tx, keys)
  const disputes = await disputesOf(tx, keys)
  for (const [key, order] of known)
    if (order.accountId !== (holders.before.get(key) ?? null)) throw new TryAgain(`Order ${key} moved`)

  const outcomes = new Map<string, Settled>()
  const fresh = new Map<string, Fresh>()
  for (const [key, reading] of newest) {
    const before = known.get(key)
    const dispute = disputes.get(key) ?? ('none' as const)
    // A chargeback that was told while its order was on its way has not been counted yet.
    const disputeMissed = before !== undefined && before.facts.dispute !== dispute
    const compared = compareWithKnown(reading, before)
    // The merchant takes over an order that nothing has judged so far.
    const takenOver = reading.past !== undefined && (before?.programVersion ?? null) === null
    const again = (disputeMissed || takenOver) && compared !== 'settled'
    const outcome = again && compared !== 'in-doubt' ? 'settled' : compared
    outcomes.set(key, { outcome })
    if (compared !== 'settled' && !again) continue
    const state = newestState(again ? { ...reading, origin: 'again' } : reading, before)
    const facts: OrderFacts = { ...state, dispute }
    if (takenOver && reading.past === 'history') facts.history = true
    const { shopId } = reading
    fresh.set(key, {
      shopId,
      facts,
      digest: factsDigest(facts),
      account: holders.after(key, reading),
      known: before,
      takenOver,
    })
  }
  const settled = await settleFresh(tx, fresh, accounts, uses, now)
  if (told) for (const { order, known: before } of settled) told(changeOf(order, before))
  return readings.map((reading) => {
    const key = orderKey(reading.shopId, reading.facts.orderId)
    const verdict = outcomes.get(key) as Settled
    return newest.get(key) === reading ? verdict : outdone(reading, newest.get(key) as OrderReading, verdict)
  })
}

/** A reading that another one of the same batch was preferred to; of one second, nobody knows which is newer. */
function outdone(reading: OrderReading, preferred: OrderReading, verdict: Settled): Settled {
  if (verdict.outcome === 'superseded' || supersedes(preferred, reading)) return { outcome: 'superseded' }
  const same = factsDigest(reading.facts) === factsDigest(preferred.facts)
  return { outcome: same ? 'unchanged' : 'in-doubt' }
}

function changeOf(order: DecidedOrder, before: KnownOrder | undefined): OrderChange {
  const moved = before !== undefined && before.accountId !== order.accountId
  return {
    orderId: order.orderId,
    name: order.facts.name,
    why: changeReason(before?.facts ?? null, order.facts, moved),
    before: before ? before.postedPending + before.postedAvailable : null,
    after: order.postedPending + order.postedAvailable,
    moved,
  }
}

interface Fresh {
  shopId: number
  facts: OrderFacts
  digest: number
  account: AccountKey | null
  known: KnownOrder | undefined
  /** From before the first program: that one judges it. */
  takenOver: boolean
}

function newestOfEach(readings: OrderReading[]): Map<string, OrderReading> {
  const newest = new Map<string, OrderReading>()
  for (const reading of readings) {
    const key = orderKey(reading.shopId, reading.facts.orderId)
    const other = newest.get(key)
    if (!other || supersedes(reading, other)) newest.set(key, reading)
  }
  return newest
}

/** Order comes from Shopify's `updated_at` alone; two different states of one second leave a doubt. */
function compareWithKnown(reading: OrderReading, known: KnownOrder | undefined): Settled['outcome'] {
  if (!known || reading.origin === 'again') return 'settled'
  if (reading.facts.updatedAt < known.updatedAt) return 'superseded'
  const same = factsDigest(reading.facts) === known.digest
  if (same) return reading.facts.updatedAt > known.updatedAt ? 'settled' : 'unchanged'
  if (reading.facts.updatedAt > known.updatedAt || reading.origin === 'read') return 'settled'
  return 'in-doubt'
}

/** "Again" judges the state that is known by now, which may be newer than the one its caller saw. */
function newestState({ facts, origin }: OrderReading, known: KnownOrder | undefined): OrderFacts {
  if (!known) return facts
  if (origin !== 'again') return withFrozenLabels(facts, known)
  return known.programVersion === null ? withLabelsOf(known.facts, facts) : known.facts
}

/** Whose each order is now and was before; the accounts are made where they are missing. */
async function findHolders(
  tx: Tx,
  newest: Map<string, OrderReading>,
  keys: { shopId: number; orderId: string }[],
) {
  const before = await accountsOfOrders(tx, keys)
  const readings = [...newest.values()].sort((a, b) => a.shopId - b.shopId)
  const found = await ensureAccounts(
    tx,
    readings
      .filter(({ facts }) => facts.customerId !== null || facts.guestHash !== null)
      .map(({ shopId, facts }) => ({ shopId, customerId: facts.customerId, guestHash: facts.guestHash })),
  )
  const after = (key: string, { shopId, facts }: OrderReading): AccountKey | null => {
    const held = found.get(holderKey({ shopId, customerId: facts.customerId, guestHash: facts.guestHash }))
    const earlier = before.get(key) ?? null
    // A customer who was deleted or redacted leaves the order where its points are.
    if (facts.customerId === null && earlier !== null) return { shopId, accountId: earlier }
    return held ? { shopId, accountId: held.accountId } : null
  }
  const locked: AccountKey[] = []
  for (const [key, reading] of newest) {
    const holder = after(key, reading)
    const earlier = before.get(key)
    if (holder) locked.push(holder)
    if (earlier !== undefined && earlier !== null) locked.push({ shopId: reading.shopId, accountId: earlier })
  }
  return { before, after, locked }
}

async function settleFresh(
  tx: Tx,
  fresh: Map<string, Fresh>,
  accounts: Map<string, OpenAccount>,
  uses: CodeUse[],
  now: number,
): Promise<{ order: DecidedOrder; known: KnownOrder | undefined }[]> {
  if (fresh.size === 0) return []
  const shopIds = [...new Set([...fresh.values()].map(({ shopId }) => shopId))]
  const programs = await loadPrograms(tx, shopIds)
  const { judged, timelines } = await judgeTiers(tx, fresh, programs)
  await loadLots(tx, accountsThatMayGive(judged, accounts))

  const orders: DecidedOrder[] = []
  const postings: Posting[] = await releaseDisputed(tx, judged, accounts, now)
  for (const { shopId, ...judgement } of judged) {
    const settled = settleOrder(
      judgement,
      {
        of: (accountId) => (accountId === null ? null : (accounts.get(keyOf({ shopId, accountId })) ?? null)),
      },
      now,
    )
    settled.order.shopId = shopId
    orders.push(settled.order)
    postings.push(...settled.postings)
  }
  postings.push(...(await settleRedemptions(tx, uses, orders, accounts)))

  const touchedKeys = new Set(postings.map(keyOf))
  const touched = [...touchedKeys].flatMap((key) => accounts.get(key) ?? [])
  // The orders first: whoever writes the same new order at this moment is met here and not at its postings.
  await saveOrders(tx, orders)
  await post(tx, touched, postings)
  await freezeDisputed(tx, orders, now)
  await saveTiersNow(tx, timelines, programs, now)
  await markForSync(tx, [
    ...touched,
    ...timelines.map(({ key }) => key),
    ...orders.flatMap(({ shopId, accountId }) => (accountId ? [{ shopId, accountId }] : [])),
  ])
  // Of other orders of the same members only the tier has changed: they were not read.
  return orders.flatMap((order) => {
    const item = fresh.get(orderKey(order.shopId, order.orderId))
    return item ? [{ order, known: item.known }] : []
  })
}

interface Judged {
  shopId: number
  key: AccountKey | null
  facts: OrderFacts
  digest: number
  program: CompiledProgram | null
  tierId: string | null
  known: KnownOrder | undefined
}

/** All orders of a member whose shop has tiers, as they stand after this settlement. */
interface Timeline {
  key: AccountKey
  orders: TimelineOrder[]
}

/**
 * Gives every order its program and tier. An order that arrives late can change the tier under which later orders
 * of the same member stand, and one that moves to somebody else those of both: they are judged again too.
 */
async function judgeTiers(
  tx: Tx,
  fresh: Map<string, Fresh>,
  programs: Map<number, ShopPrograms>,
): Promise<{ judged: Judged[]; timelines: Timeline[] }> {
  const judged: Judged[] = []
  const laddered = new Map<string, { key: AccountKey; fresh: Map<string, Omit<Judged, 'tierId'>> }>()
  const ladderOf = (key: AccountKey) => {
    const entry = laddered.get(keyOf(key)) ?? { key, fresh: new Map() }
    laddered.set(keyOf(key), entry)
    return entry.fresh
  }
  for (const item of fresh.values()) {
    const { shopId, facts, known, digest, account, takenOver } = item
    const shopPrograms = programs.get(shopId)
    const program =
      known?.programVersion != null
        ? programVersion(shopPrograms, known.programVersion)
        : (programAt(shopPrograms, facts.placedAt) ?? (takenOver ? firstProgram(shopPrograms) : null))
    const base = { shopId, key: account, facts, digest, program, known }
    if (!account || !hasLadder(shopPrograms)) {
      judged.push({ ...base, tierId: null })
      continue
    }
    ladderOf(account).set(facts.orderId, base)
    const former = known?.accountId ?? account.accountId
    if (former !== account.accountId) ladderOf({ shopId, accountId: former })
  }
  if (laddered.size === 0) return { judged, timelines: [] }

  const stored = await loadTimelines(
    tx,
    [...laddered.values()].map(({ key }) => key),
  )
  const timelines: Timeline[] = []
  const shifted: { key: AccountKey; orderId: string; tierId: string | null }[] = []
  for (const [id, { key, fresh: ofAccount }] of laddered) {
    // What is fresh stands where it belongs now, and nowhere else.
    const staying = (stored.get(id) ?? []).filter(({ orderId }) => !fresh.has(orderKey(key.shopId, orderId)))
    const orders = withFresh(staying, ofAccount)
    timelines.push({ key, orders })
    walkTimeline(
      orders,
      (order) =>
        ofAccount.get(order.orderId)?.program ??
        (order.programVersion === null
          ? null
          : programVersion(programs.get(key.shopId), order.programVersion)),
      (order, tierId) => {
        const item = ofAccount.get(order.orderId)
        if (item) judged.push({ ...item, tierId })
        else shifted.push({ key, orderId: order.orderId, tierId })
      },
      new Set(ofAccount.keys()),
    )
  }
  if (shifted.length > 0) judged.push(...(await judgeShifted(tx, shifted, programs)))
  return { judged, timelines }
}

async function judgeShifted(
  tx: Tx,
  shifted: { key: AccountKey; orderId: string; tierId: string | null }[],
  programs: Map<number, ShopPrograms>,
): Promise<Judged[]> {
  const known = await lockOrders(
    tx,
    shifted.map(({ key, orderId }) => ({ shopId: key.shopId, orderId })),
  )
  return shifted.flatMap(({ key, orderId, tierId }) => {
    const order = known.get(orderKey(key.shopId, orderId))
    if (!order || order.goneAt !== null) return []
    const program =
      order.programVersion === null ? null : programVersion(programs.get(key.shopId), order.programVersion)
    return [
      {
        shopId: key.shopId,
        key,
        facts: order.facts,
        digest: order.digest,
        program,
        tierId,
        known: order,
      },
    ]
  })
}

function hasLadder(programs: ShopPrograms | undefined): boolean {
  return programs?.versions.some(({ program }) => program.ladder.levels.length > 0) ?? false
}

/** The member's other orders and the fresh ones, oldest first. */
function withFresh(
  others: TimelineOrder[],
  fresh: Map<string, Pick<Judged, 'facts' | 'program' | 'known'>>,
): TimelineOrder[] {
  const merged = [...others]
  for (const [orderId, { facts, program, known }] of fresh) {
    merged.push({
      orderId,
      placedAt: facts.placedAt,
      programVersion: program?.version ?? null,
      tierId: known?.tierId ?? null,
      statusSteps: stepsOf(program, facts),
    })
  }
  return merged.sort((a, b) => a.placedAt - b.placedAt || Number(BigInt(a.orderId) - BigInt(b.orderId)))
}

/** Only who may have to give points back needs the lots. */
function accountsThatMayGive(judged: Judged[], accounts: Map<string, OpenAccount>): OpenAccount[] {
  const keys = new Set<string>()
  for (const { shopId, known } of judged) {
    if (known?.accountId != null && known.postedAvailable > 0)
      keys.add(keyOf({ shopId, accountId: known.accountId }))
  }
  return [...keys].flatMap((key) => accounts.get(key) ?? [])
}

async function saveTiersNow(
  tx: Tx,
  timelines: Timeline[],
  programs: Map<number, ShopPrograms>,
  now: number,
): Promise<void> {
  const tiers = timelines.flatMap(({ key, orders }) => {
    const program = programAt(programs.get(key.shopId), now)
    if (!program) return []
    const steps = orders.map((order) => order.statusSteps)
    const progress = tierProgress(program.ladder, steps, now, program.timeZone)
    return [{ ...key, tierId: progress.current?.id ?? null }]
  })
  await saveTiers(tx, tiers, now)
}
