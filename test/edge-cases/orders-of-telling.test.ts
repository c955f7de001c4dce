import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { claimGuestPoints } from '../../app/loyalty/members/claim-guest-points.ts'
import { redactAgain } from '../../app/loyalty/upkeep/redact-again.ts'
import type { Customer } from '../../dev-store/model.ts'
import { openHarness } from '../dev-store/admin-harness.ts'
import { mergePayload, orderPayload } from '../support/order-payload.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

/**
 * What a redaction, a return, a claim or a merge leaves does not depend on when the rest is told: the same deliveries in
 * any order, some twice, and afterwards whose each order is, and what each person has. A redaction and what our own
 * clock tells (a claim) happen when they happen; everything else may be told late. Run more with RUNS=500; a failure
 * prints its seed, which SEED takes.
 */
const shops = useShopLife()
const RUNS = Number(process.env.RUNS ?? 5)
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const shopify = openHarness({ customers: 2, orders: 0 })
vi.mock('../../app/shopify/shop-admin.ts', () => ({
  shopAdmin: async () => async (document: unknown, options?: { variables?: Record<string, unknown> }) =>
    new Response(JSON.stringify(await shopify.graphql(String(document), options?.variables))),
}))
/**
 * Mara is redacted; she signs up anew with her address, and is back with her old number, too. Ida may have had the address
 * in between, and claimed it, before she gave it up.
 */
const [anew, ida] = shopify.store.customers.all() as [Customer, Customer]
/** Which of the two has the address at Shopify. The other one has another, or is a customer no more. */
function giveAddress(to: Customer, gaveUp: 'deleted' | 'changed' | null) {
  const { customers } = shopify.store
  customers.put({ ...anew, email: to === anew ? ANEW_EMAIL : 'anew@elsewhere.example' })
  if (to === anew && gaveUp === 'deleted') customers.delete(ida.id)
  else customers.put({ ...ida, email: to === ida ? ANEW_EMAIL : 'ida@elsewhere.example' })
}
const ANEW_EMAIL = anew.email
const MARA = 7_700_990_011
const TILO = 7_700_990_022
const HOUR = 3_600_000
const FORGOTTEN = Date.parse('2026-12-10T12:00:00Z')
const at = (hours: number) => new Date(FORGOTTEN + hours * HOUR).toISOString()
const END = 100
const PROGRAM = {
  sources: [{ source: 'newsletter' as const, points: 50, active: true, confirmedOnly: true }],
}

type Buyer = 'mara' | 'guest' | 'tilo'
const CUSTOMER = { mara: MARA, guest: null, tilo: TILO }
type Happening =
  /** Of that many euros; at `hours` after the redaction, and told as it stands then, or changed later. */
  | { what: 'order'; buyer: Buyer; hours: number; euros: number; changes: number[] }
  | { what: 'consent'; who: 'mara' | 'tilo'; hours: number; state: 'subscribed' | 'unsubscribed' }
interface Past {
  happenings: Happening[]
  /** Tilo is merged into who signed up anew, at that hour after the redaction. */
  merged: number | null
  claimed: number
  earlier: Earlier | null
}
/** Ida's claim of the address, how she gave it up before the other one, and her own redaction, if any. */
interface Earlier {
  claimed: number
  gaveUp: 'deleted' | 'changed'
  redacted: number | null
  /** Her request names the address. */
  named: boolean
}

/** One delivery: when it may come at the earliest, and what it is. */
interface Delivery {
  from: number
  tell: (life: ShopLife) => Promise<unknown>
}

function deliveriesOf({ happenings, merged, claimed, earlier }: Past): Delivery[] {
  const deliveries = happenings.flatMap((one, i): Delivery[] => {
    if (one.what === 'consent') {
      const told = {
        customer_id: CUSTOMER[one.who],
        email_marketing_consent: {
          state: one.state,
          opt_in_level: 'confirmed_opt_in',
          consent_updated_at: at(one.hours),
        },
      }
      return [
        {
          from: one.hours,
          tell: (life) => life.tell('customers_email_marketing_consent/update', told, { at: at(one.hours) }),
        },
      ]
    }
    return [one.hours, ...one.changes].map((hours) => ({
      from: hours,
      tell: (life) =>
        life.tell(
          'orders/updated',
          orderPayload({
            id: 300 + i,
            customer: CUSTOMER[one.buyer],
            ...(one.buyer === 'guest' && { email: ANEW_EMAIL }),
            lines: [{ price: `${one.euros}.00` }],
            placedAt: at(one.hours),
            updatedAt: at(hours),
          }),
          { at: at(hours) },
        ),
    }))
  })
  if (merged !== null)
    deliveries.push({
      from: merged,
      tell: (life) => life.tell('customers/merge', mergePayload(anew.id, TILO), { at: at(merged) }),
    })
  if (earlier) deliveries.push({ from: claimed, tell: (life) => tellGivenUp(life, earlier, claimed) })
  return deliveries
}

/** As Shopify tells it, if it comes at all: nothing depends on it. */
function tellGivenUp(life: ShopLife, { gaveUp }: Earlier, hours: number): Promise<unknown> {
  if (gaveUp === 'deleted') return life.tell('customers/delete', { id: ida.id }, { at: at(hours) })
  const email = 'ida@elsewhere.example'
  const told = { id: ida.id, state: 'enabled', verified_email: true, email, updated_at: at(hours) }
  return life.tell('customers/update', told, { at: at(hours) })
}

/** Who claims asks again later, which changes nothing. */
function claimsOf({ claimed, earlier }: Past): { who: Customer; when: number }[] {
  const own = [claimed, claimed + 0.5].map((when) => ({ who: anew, when }))
  return earlier ? [{ who: ida, when: earlier.claimed }, ...own] : own
}

function redactionsOfIda({ earlier }: Past): { when: number; email: string | null }[] {
  if (!earlier || earlier.redacted === null) return []
  return [{ when: earlier.redacted, email: earlier.named ? ANEW_EMAIL : null }]
}

/** @param late for each delivery, how much later than it might it comes: a share of the time that is left */
async function play(past: Past, late: number[], twice: boolean[]): Promise<ShopLife> {
  const life = await shops.open({ from: '2026-10-01T00:00:00Z', program: PROGRAM })
  const told = deliveriesOf(past).flatMap(({ from, tell }, i) => {
    const share = (n: number) => from + ((END - from) * (late[n % late.length] ?? 0)) / 1000
    return [
      { when: share(i), run: tell },
      ...(twice[i % twice.length] ? [{ when: share(i + 7), run: tell }] : []),
    ]
  })
  const own = [
    {
      when: 0,
      run: (one: ShopLife) =>
        one.tell('customers/redact', { customer: { id: MARA, email: ANEW_EMAIL, phone: null } }),
    },
    ...claimsOf(past).map(({ who, when }) => ({
      when,
      run: (one: ShopLife) => {
        giveAddress(who, past.earlier?.gaveUp ?? null)
        return claimGuestPoints(one.shopId, String(who.id), one.now)
      },
    })),
    ...redactionsOfIda(past).map(({ when, email }) => ({
      when,
      run: (one: ShopLife) => one.tell('customers/redact', { customer: { id: ida.id, email, phone: null } }),
    })),
  ]
  for (const { when, run } of [...told, ...own].toSorted((a, b) => a.when - b.when)) {
    life.now = FORGOTTEN + when * HOUR
    await run(life)
  }
  life.now = FORGOTTEN + END * HOUR
  return life
}

async function outcome(life: ShopLife) {
  const { rows: orders } = await shops.owner().query(
    `SELECT o.order_id::int AS id, coalesce(a.customer_id::text, CASE WHEN a.account_id IS NULL OR a.redacted_at IS NOT NULL THEN 'nobody' ELSE 'guest' END) AS whose,
            coalesce(o.facts ->> 'customerId', o.facts ->> 'guestHash') IS NOT NULL AS names
       FROM order_state o LEFT JOIN account a USING (shop_id, account_id) WHERE o.shop_id = $1 ORDER BY 1`,
    [life.shopId],
  )
  const { rows: persons } = await shops.owner().query(
    `SELECT a.customer_id::text AS who, (b.available + b.pending)::int AS points FROM account a
       JOIN balance b USING (shop_id, account_id)
      WHERE a.shop_id = $1 AND a.customer_id IS NOT NULL AND a.merged_into IS NULL ORDER BY 1`,
    [life.shopId],
  )
  return {
    orders: Object.fromEntries(
      orders.map(({ id, whose, names }) => [id, names ? whose : `${whose}, unnamed`]),
    ),
    points: Object.fromEntries(
      persons.filter(({ points }) => points > 0).map(({ who, points }) => [who, points]),
    ),
  }
}

/**
 * Whose a guest order is that was placed then: whoever claimed first has what waited, and a later one what is placed from
 * then on. A redaction takes what waits, or what the redacted one has, up to ten minutes later.
 */
function whoseAsGuest(past: Past, placed: number): Customer | 'nobody' {
  const events = [
    ...claimsOf(past).map(({ who, when }) => ({ when, claims: who, redacts: null, named: false })),
    { when: 0, claims: null, redacts: 'mara', named: true },
    ...redactionsOfIda(past).map(({ when, email }) => ({
      when,
      claims: null,
      redacts: ida,
      named: email !== null,
    })),
  ].toSorted((a, b) => a.when - b.when)
  let whose: Customer | 'nobody' | 'waiting' = 'waiting'
  let holder: Customer | null = null
  for (const { when, claims, redacts, named } of events) {
    if (claims) {
      if (whose === 'waiting' || (claims !== holder && placed >= when)) whose = claims
      holder = claims
    } else if (whose === redacts || (whose === 'waiting' && named && holder === null)) {
      whose = placed <= when + 1 / 6 ? 'nobody' : 'waiting'
    }
    if (holder === redacts) holder = null
  }
  return whose === 'waiting' ? 'nobody' : whose
}

/** The rule: what Mara did before is nobody's. Tilo, once merged, leads to who signed up anew. */
function expected(past: Past): Awaited<ReturnType<typeof outcome>> {
  const { happenings, merged } = past
  const tilo = String(merged === null ? TILO : anew.id)
  const before = (hours: number) => hours <= 1 / 6
  const orders: Record<string, string> = {}
  const points: Record<string, number> = {}
  happenings.forEach((one, i) => {
    if (one.what !== 'order') return
    const { buyer, hours, euros } = one
    const guest = buyer === 'guest' ? whoseAsGuest(past, hours) : null
    const isForgotten = guest === null ? buyer === 'mara' && before(hours) : guest === 'nobody'
    const whose =
      guest && guest !== 'nobody' ? String(guest.id) : { mara: String(MARA), guest: '', tilo }[buyer]
    orders[300 + i] = isForgotten ? 'nobody, unnamed' : whose
    if (!isForgotten) points[whose] = (points[whose] ?? 0) + euros
  })
  for (const who of ['mara', 'tilo'] as const) {
    const said = happenings
      .filter((one) => one.what === 'consent' && one.who === who && !(who === 'mara' && before(one.hours)))
      .map((one) => one as Extract<Happening, { what: 'consent' }>)
      .toSorted((a, b) => a.hours - b.hours)
    const whose = who === 'mara' ? String(MARA) : tilo
    if (said.length > 0 && said.every(({ state }) => state === 'subscribed'))
      points[whose] = (points[whose] ?? 0) + 50
  }
  return { orders, points }
}

const hours = fc.oneof(fc.integer({ min: -90, max: -1 }), fc.integer({ min: 1, max: 90 }))
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({
        buyer: fc.constantFrom<Buyer>('mara', 'mara', 'guest', 'guest', 'tilo'),
        // Some within the ten minutes.
        hours: fc.oneof({ weight: 4, arbitrary: hours }, fc.constantFrom(0.05, 0.12)),
        euros: fc.integer({ min: 1, max: 40 }),
        changes: fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 2 }),
      })
      .map((one): Happening => {
        const changes = [...new Set(one.changes)].map((n) => one.hours + ((99 - one.hours) * n) / 100)
        return { what: 'order', ...one, changes }
      }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('consent' as const),
      who: fc.constantFrom('mara' as const, 'tilo' as const),
      hours,
      state: fc.constantFrom('subscribed' as const, 'subscribed' as const, 'unsubscribed' as const),
    }),
  },
)
const past: fc.Arbitrary<Past> = fc
  .record({
    happenings: fc.uniqueArray(happening, {
      minLength: 2,
      maxLength: 7,
      // Two words of one person at one moment are another matter.
      selector: (one) => (one.what === 'consent' ? `${one.who} ${one.hours}` : one),
    }),
    merged: fc.option(fc.integer({ min: 2, max: 80 })),
    claimed: fc.constantFrom(-100, -20, 0.1, 2, 30),
    earlier: fc.option(
      fc.record({
        // Before the other one, who claims -100 hours after at the earliest.
        claimed: fc.constantFrom(-200, -50, 0.05, 1),
        gaveUp: fc.constantFrom('deleted' as const, 'changed' as const),
        redacted: fc.option(fc.constantFrom(-30, -10, 0.08, 1.5, 20, 60)),
        named: fc.boolean(),
      }),
    ),
  })
  .map((one) => {
    const { earlier } = one
    if (!earlier || earlier.claimed >= one.claimed) return { ...one, earlier: null }
    // A redaction of who has not claimed would say nothing of the address.
    const isLater = earlier.redacted !== null && earlier.redacted > earlier.claimed
    return { ...one, earlier: { ...earlier, redacted: isLater ? earlier.redacted : null } }
  })

describe(`A11: whatever the order of telling (seed ${SEED})`, () => {
  test('A11: a redaction, a return, a claim and a merge leave the same', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        past,
        fc.array(fc.array(fc.nat(1000), { minLength: 5, maxLength: 9 }), { minLength: 2, maxLength: 3 }),
        fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
        async (one, latenesses, twice) => {
          for (const late of latenesses) {
            const life = await play(one, late, twice)
            expect(await outcome(life)).toEqual(expected(one))
            expect(await redactAgain()).toBe(0)
            expect((await acrossShops(auditLedger)).filter(({ violations }) => violations > 0)).toEqual([])
          }
        },
      ),
      { numRuns: RUNS, seed: SEED, endOnFailure: true, interruptAfterTimeLimit: 60_000 },
    )
  })
})
