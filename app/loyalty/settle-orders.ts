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
import {
  accountsOfOrders,
  disputesOf,
  type KnownOrder,
  loadTimelines,
  lockOrders,
  type TimelineOrder,
} from './settlement/orders.ts'
import { loadPrograms, programAt, programVersion, type ShopPrograms } from './settlement/programs.ts'
import { factsDigest, type OrderReading, orderKey, type Settled, supersedes } from './settlement/readings.ts'
import { saveOrders, saveTiers } from './settlement/write.ts'

export type { OrderReading, Settled } from './settlement/readings.ts'

/**
 * Brings orders into the book: takes the newest state of each, computes what it is worth under the program of its
 * own day, and posts target minus already posted. Any number of orders of any shops in one transaction; the same
 * reading twice posts nothing the second time.
 * @param now epoch milliseconds; only decides what is still pending
 * @returns one answer for each reading, in their order
 * @throws TryAgain when an order moved to another account while we chose what to lock
 */
export async function settleOrders(tx: Tx, readings: OrderReading[], now: number): Promise<Settled[]> {
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
    const verdict = compareWithKnown(reading, known.get(key))
    outcomes.set(key, { outcome: verdict })
    if (verdict !== 'settled') continue
    const before = known.get(key)
    const state = newestState(reading, before)
    const facts = { ...state, dispute: disputes.get(key) ?? ('none' as const) }
    const { shopId } = reading
    fresh.set(key, {
      shopId,
      facts,
      digest: factsDigest(facts),
      account: holders.after(key, reading),
      known: before,
    })
  }
  await settleFresh(tx, fresh, accounts, uses, now)
  return readings.map((reading) => {
    const key = orderKey(reading.shopId, reading.facts.orderId)
    return newest.get(key) === reading ? (outcomes.get(key) as Settled) : { outcome: 'superseded' }
  })
}

interface Fresh {
  shopId: number
  facts: OrderFacts
  digest: number
  account: AccountKey | null
  known: KnownOrder | undefined
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
): Promise<void> {
  if (fresh.size === 0) return
  const shopIds = [...new Set([...fresh.values()].map(({ shopId }) => shopId))]
  const programs = await loadPrograms(tx, shopIds)
  const judged = await judgeTiers(tx, fresh, programs)
  await loadLots(tx, accountsThatMayGive(judged, accounts))

  const orders: DecidedOrder[] = []
  const postings: Posting[] = []
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
  await post(tx, touched, postings)
  await saveOrders(tx, orders)
  await saveTiersNow(tx, judged, programs, now)
  await markForSync(tx, [
    ...touched,
    ...orders.flatMap(({ shopId, accountId }) => (accountId ? [{ shopId, accountId }] : [])),
  ])
}

interface Judged {
  shopId: number
  key: AccountKey | null
  facts: OrderFacts
  digest: number
  program: CompiledProgram | null
  tierId: string | null
  known: KnownOrder | undefined
  timeline: TimelineOrder[] | null
}

/**
 * Gives every order its program and tier. An order that arrives late can change the tier under which later orders
 * of the same member stand: those are judged again too.
 */
async function judgeTiers(
  tx: Tx,
  fresh: Map<string, Fresh>,
  programs: Map<number, ShopPrograms>,
): Promise<Judged[]> {
  const judged: Judged[] = []
  const laddered = new Map<
    string,
    { key: AccountKey; fresh: Map<string, Omit<Judged, 'tierId' | 'timeline'>> }
  >()
  for (const item of fresh.values()) {
    const { shopId, facts, known, digest, account } = item
    const shopPrograms = programs.get(shopId)
    const program =
      known?.programVersion != null
        ? programVersion(shopPrograms, known.programVersion)
        : programAt(shopPrograms, facts.placedAt)
    const base = { shopId, key: account, facts, digest, program, known }
    if (!account || !hasLadder(shopPrograms)) {
      judged.push({ ...base, tierId: null, timeline: null })
      continue
    }
    const entry = laddered.get(keyOf(account)) ?? { key: account, fresh: new Map() }
    entry.fresh.set(facts.orderId, base)
    laddered.set(keyOf(account), entry)
  }
  if (laddered.size === 0) return judged

  const timelines = await loadTimelines(
    tx,
    [...laddered.values()].map(({ key }) => key),
  )
  const shifted: { key: AccountKey; orderId: string; tierId: string | null; timeline: TimelineOrder[] }[] = []
  for (const [id, { key, fresh: ofAccount }] of laddered) {
    const timeline = withFresh(timelines.get(id) ?? [], ofAccount)
    walkTimeline(
      timeline,
      (order) =>
        ofAccount.get(order.orderId)?.program ??
        (order.programVersion === null
          ? null
          : programVersion(programs.get(key.shopId), order.programVersion)),
      (order, tierId) => {
        const item = ofAccount.get(order.orderId)
        if (item) judged.push({ ...item, tierId, timeline })
        else shifted.push({ key, orderId: order.orderId, tierId, timeline })
      },
      new Set(ofAccount.keys()),
    )
  }
  if (shifted.length > 0) judged.push(...(await judgeShifted(tx, shifted, programs)))
  return judged
}

async function judgeShifted(
  tx: Tx,
  shifted: { key: AccountKey; orderId: string; tierId: string | null; timeline: TimelineOrder[] }[],
  programs: Map<number, ShopPrograms>,
): Promise<Judged[]> {
  const known = await lockOrders(
    tx,
    shifted.map(({ key, orderId }) => ({ shopId: key.shopId, orderId })),
  )
  return shifted.flatMap(({ key, orderId, tierId, timeline }) => {
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
        timeline,
      },
    ]
  })
}

function hasLadder(programs: ShopPrograms | undefined): boolean {
  return programs?.versions.some(({ program }) => program.ladder.levels.length > 0) ?? false
}

/** The member's orders with the fresh ones in place of (or beside) what was known, oldest first. */
function withFresh(
  timeline: TimelineOrder[],
  fresh: Map<string, Pick<Judged, 'facts' | 'program' | 'known'>>,
): TimelineOrder[] {
  const merged = timeline.filter((order) => !fresh.has(order.orderId))
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
  judged: Judged[],
  programs: Map<number, ShopPrograms>,
  now: number,
): Promise<void> {
  const tiers = new Map<string, AccountKey & { tierId: string | null }>()
  for (const { key, timeline, shopId } of judged) {
    const program = programAt(programs.get(shopId), now)
    if (!key || !timeline || !program || tiers.has(keyOf(key))) continue
    const progress = tierProgress(
      program.ladder,
      timeline.map((order) => order.statusSteps),
      now,
      program.timeZone,
    )
    tiers.set(keyOf(key), { ...key, tierId: progress.current?.id ?? null })
  }
  await saveTiers(tx, [...tiers.values()], now)
}
