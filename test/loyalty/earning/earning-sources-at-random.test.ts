import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acrossShops } from '../../../app/db/db.server.ts'
import type { Source, SourceName } from '../../../app/domain/earning/sources.ts'
import { isDomainError } from '../../../app/domain/text/errors.ts'
import { loadLots } from '../../../app/ledger/accounts.ts'
import { post } from '../../../app/ledger/post.ts'
import { auditLedger } from '../../../app/loyalty/audit/audit-ledger.ts'
import { award, type Occasion } from '../../../app/loyalty/earning/award.ts'
import { OCCASIONS, signedIn } from '../../../app/loyalty/earning/occasions.ts'
import { adjustPoints } from '../../../app/loyalty/members/adjust-points.ts'
import { mergeMembers } from '../../../app/loyalty/members/merge-members.ts'
import { releaseRedemption } from '../../../app/loyalty/rewards/end-redemption.ts'
import { lockRedemption } from '../../../app/loyalty/rewards/redemption-record.ts'
import { type ShopLife, SMALL_REWARD, useShopLife } from '../../edge-cases/shop-life.ts'
import { silentAdmin } from '../../support/member.ts'
import { mergePayload } from '../../support/order-payload.ts'
import { redeemCode } from '../../support/redeem-code.ts'

/**
 * Whatever people do and in whatever order it is told, nobody has the points of a source twice, nobody owes for them,
 * nothing of a gift that was taken back can be spent, and the book stands. Run more with RUNS=500; a failure prints its
 * seed, which SEED takes.
 */
const shops = useShopLife()
const RUNS = Number(process.env.RUNS ?? 15)
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

const PEOPLE = [7_701_000_001, 7_701_000_002, 7_701_000_003, 7_701_000_004]
const CONSENT = 'customers_email_marketing_consent/update'
const DAY = 86_400_000
const FIRST_DAY = Date.parse('2026-10-25T10:00:00Z')
const sources = (points: number, active = true, confirmedOnly = false): Source[] => [
  { source: 'sign-up', points, active },
  { source: 'newsletter', points: points / 2, active, confirmedOnly },
]
/** What any version gives at most. */
const MOST = { 'sign-up': 100, newsletter: 50 }
const rewards = [5, 30, 120].map((cost) => ({ ...SMALL_REWARD, id: `for-${cost}`, cost }))
const program = { rewards, expiry: { kind: 'after-earning' as const, months: 6, warnDays: 14 } }

/** The points change on the way, for a week there are none, and in the end a subscription has to be confirmed. */
async function openShop(): Promise<ShopLife> {
  const life = await shops.open({
    from: '2026-11-01T00:00:00Z',
    program: { ...program, sources: sources(100) },
  })
  await life.publish(2, { ...program, sources: sources(100, false) }, '2026-11-10T00:00:00Z')
  await life.publish(3, { ...program, sources: sources(40) }, '2026-11-17T00:00:00Z')
  await life.publish(4, { ...program, sources: sources(60, true, true) }, '2026-11-28T00:00:00Z')
  return life
}

/** Mostly of one, that much happens to her. */
const who = fc.constantFrom(...PEOPLE, PEOPLE[0] as number, PEOPLE[0] as number)
const day = fc.integer({ min: 0, max: 45 })
const iso = (days: number) => new Date(FIRST_DAY + days * DAY).toISOString()
const consentFields = {
  state: fc.constantFrom('subscribed', 'unsubscribed', 'subscribed', 'pending', 'not_subscribed'),
  level: fc.constantFrom('confirmed_opt_in', 'single_opt_in', 'unknown', null),
}
const consented = fc.oneof(
  fc.record({ ...consentFields, day }),
  // One that gives the points, or takes them back.
  fc.record({
    state: fc.constantFrom('subscribed', 'unsubscribed'),
    level: fc.constant('confirmed_opt_in' as const),
    day: fc.integer({ min: 8, max: 30 }),
  }),
)

/** A code comes free, is on one of two orders that earn nothing, paid or not, or that order is cancelled. */
type CodeEnd = 'free' | 'on an order' | 'used' | 'unused'
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('open' as const), who, day }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sign in' as const), who, day, since: day }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('consent' as const), who, consent: consented }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('spend' as const), who, percent: fc.nat(100) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('redeem' as const), who, reward: fc.constantFrom(...rewards) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('code' as const),
      which: fc.nat(20),
      order: fc.nat(1),
      becomes: fc.constantFrom<CodeEnd>('free', 'on an order', 'used', 'used', 'unused'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('buy' as const), who, order: fc.nat(3), euros: fc.nat(60) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('merge' as const), who, other: who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('redact' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('again' as const), back: fc.nat(20) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const told = (
  id: number,
  { state, level, day: at }: { state: string; level: string | null; day: number },
) => ({
  customer_id: id,
  email_marketing_consent: { state, opt_in_level: level, consent_updated_at: iso(at) },
})
const opened = (id: number, at: number) => ({ id, state: 'enabled', updated_at: iso(at) })

let keys = 0

async function play(life: ShopLife, steps: Step[]): Promise<void> {
  const done: Step[] = []
  for (const next of steps) {
    const one = next.do === 'again' ? done.at(-1 - (next.back % Math.max(1, done.length))) : next
    if (!one || one.do === 'again') continue
    await doStep(life, one)
    done.push(one)
  }
}

/** Nothing of it may stay in the inbox or be set aside. */
async function tellWell(life: ShopLife, topic: string, payload: object): Promise<void> {
  const { status, reason } = await life.tell(topic, payload)
  expect(['done', 'ignored'], `${topic}: ${reason}`).toContain(status)
}

async function doStep(life: ShopLife, one: Step): Promise<void> {
  const { shop, shopId, now } = life
  switch (one.do) {
    case 'open':
      await tellWell(life, 'customers/enable', opened(one.who, one.day))
      return
    case 'sign in':
      await acrossShops((tx) =>
        award(
          tx,
          shopId,
          signedIn(String(one.who), Date.parse(iso(one.since)), Date.parse(iso(one.day))),
          now,
        ),
      )
      return
    case 'consent':
      await tellWell(life, CONSENT, told(one.who, one.consent))
      return
    case 'spend': {
      const points = Math.floor((((await life.balance(one.who))?.available ?? 0) * one.percent) / 100)
      if (points === 0) return
      const spent = { customerId: String(one.who), points: -points, reason: 'ausgegeben', actor: 'staff:1' }
      await adjustPoints({ shop, ...spent, key: `random-${++keys}`, now }, silentAdmin)
      return
    }
    case 'redeem':
      await redeem(life, one.who, one.reward)
      return
    case 'code':
      await endCode(life, one)
      return
    case 'buy':
      // For nothing it is cancelled, and what was spent of its points is owed.
      await life.order({
        id: 870_000 + one.order,
        customer: one.who,
        lines: [{ price: `${one.euros}.00` }],
        status: 'paid',
        ...nextUpdate(one.euros % 3 === 0),
      })
      return
    case 'merge':
      if (one.who !== one.other) await tellWell(life, 'customers/merge', mergePayload(one.who, one.other))
      return
    case 'redact':
      await tellWell(life, 'customers/redact', { customer: { id: one.who, email: null, phone: null } })
  }
}

async function redeem({ shop, now }: ShopLife, who: number, { id, cost }: { id: string; cost: number }) {
  const wish = { customerId: String(who), rewardId: id, price: cost, requestKey: `random-${++keys}` }
  await redeemCode({ shop, ...wish, now }).catch((error) => {
    const refusals = ['not-enough-points', 'member-unknown', 'in-debt'] as const
    if (!refusals.some((code) => isDomainError(error, code))) throw error
  })
}

/** Each state of an order is newer than all before it. */
function nextUpdate(isCancelled: boolean) {
  const at = new Date(Date.parse('2026-12-02T10:00:00Z') + ++keys * 1_000).toISOString()
  return { updatedAt: at, cancelledAt: isCancelled ? at : null }
}

async function endCode(
  life: ShopLife,
  { which, order, becomes }: { which: number; order: number; becomes: CodeEnd },
): Promise<void> {
  const { rows } = await shops
    .owner()
    .query<{ id: number; code: string }>(
      `SELECT redemption_id::int AS id, code FROM redemption WHERE shop_id = $1 ORDER BY redemption_id`,
      [life.shopId],
    )
  const one = rows[which % Math.max(1, rows.length)]
  if (!one) return
  if (becomes === 'free') return freeCode(life, one.id)
  await life.order({
    id: 880_000 + 10 * one.id + order,
    customer: null,
    codes: [one.code],
    lines: [{ price: '0.01' }],
    status: becomes === 'on an order' ? 'pending' : 'paid',
    ...nextUpdate(becomes === 'unused'),
  })
}

async function freeCode({ shopId, now }: ShopLife, redemptionId: number): Promise<void> {
  await acrossShops(async (tx) => {
    const locked = await lockRedemption(tx, { shopId, redemptionId })
    if (!locked) return
    await loadLots(tx, [locked.account])
    const back = await releaseRedemption(tx, locked.account, locked.redemption, 'cancelled', now)
    await post(tx, [locked.account], back ?? [])
  })
}

/** What people were given, from the book alone: how many gifts, and what of each did not go back. */
async function given({ shopId }: ShopLife) {
  const { rows } = await shops.owner().query(
    `SELECT person, source, count(*)::int AS gifts, max(accounts)::int AS accounts, max(net)::int AS most
       FROM (SELECT coalesce(a.merged_into, a.account_id) AS person, p.why ->> 'source' AS source, p.source_id,
                    sum(CASE WHEN p.part = 'given' THEN moved ELSE -moved END) AS net,
                    -- of the person, whichever account the gift was booked on
                    (SELECT count(*) FROM account f WHERE f.shop_id = $1
                        AND coalesce(f.merged_into, f.account_id) = coalesce(a.merged_into, a.account_id)) AS accounts
               FROM posting p JOIN account a USING (shop_id, account_id),
                    LATERAL (SELECT sum(amount) AS moved FROM entry e
                              WHERE e.shop_id = $1 AND e.posting_id = p.posting_id AND 'issued' IN (e.source, e.destination)) m
              WHERE p.shop_id = $1 AND p.kind = 'award' GROUP BY 1, 2, 3, 5) gift GROUP BY 1, 2`,
    [shopId],
  )
  return rows as { person: number; source: SourceName; gifts: number; accounts: number; most: number }[]
}

async function expectSound(life: ShopLife): Promise<void> {
  const broken = (await acrossShops(auditLedger)).filter(({ violations }) => violations)
  expect(broken).toEqual([])
  // Two gifts only to who was two when they were given, and of none more than it is worth.
  for (const { source, gifts, accounts, most } of await given(life)) {
    expect(gifts).toBeLessThanOrEqual(accounts)
    expect(most).toBeLessThanOrEqual(MOST[source])
  }
  const { rows } = await shops.owner().query(
    `SELECT (SELECT count(*) FROM posting p JOIN entry e USING (shop_id, posting_id)
              WHERE p.shop_id = $1 AND p.kind = 'award' AND p.part = 'taken-back'
                AND (e.source, e.destination) <> ('available', 'issued'))::int AS owing,
            (SELECT count(*) FROM (SELECT FROM earning_award WHERE shop_id = $1 AND due > 0
                                    GROUP BY account_id, source HAVING count(*) > 1) twice)::int AS twice`,
    [life.shopId],
  )
  expect(rows[0]).toEqual({ owing: 0, twice: 0 })
}

const consent = fc
  .record({ ...consentFields, day })
  .map((one) => OCCASIONS[CONSENT]?.(told(1, one), 0) as Occasion)
const opening = day.map((at) => OCCASIONS['customers/enable']?.(opened(1, at), 0) as Occasion)
const signIn = fc
  .record({ day, since: day })
  .map(({ day: at, since }) => signedIn('1', Date.parse(iso(since)), Date.parse(iso(at))))
/** Of both sources; what has the same key is the same. */
const occasions = fc.uniqueArray(
  fc.oneof({ weight: 4, arbitrary: consent }, { weight: 2, arbitrary: opening }, signIn),
  { minLength: 2, maxLength: 4, selector: ({ source, key }) => `${source} ${key}` },
)

/** Subscriptions of these levels, a day after each other; null: taking leave. */
const toldOf = (levels: (string | null)[]) =>
  levels.map((level, n) => {
    const state = level === null ? 'unsubscribed' : 'subscribed'
    return OCCASIONS[CONSENT]?.(told(1, { state, level, day: 35 + n }), 0) as Occasion
  })

function ordersOf<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]]
  return all.flatMap((one, i) => ordersOf(all.toSpliced(i, 1)).map((rest) => [one, ...rest]))
}

/** What a customer has, and when it lapses: "20 until 2027-05-17, 40 until 2027-05-20". */
async function lotsOf({ shopId }: ShopLife, customer: number): Promise<string> {
  const { rows } = await shops.owner().query<{ lots: string }>(
    `SELECT coalesce(string_agg(lot, ', ' ORDER BY lot), 'nothing') AS lots
       FROM (SELECT sum(l.remaining) || ' until ' || l.expires_on AS lot FROM lot l JOIN account a USING (shop_id, account_id)
              WHERE l.shop_id = $1 AND a.customer_id = $2 AND l.remaining > 0 GROUP BY l.expires_on) day`,
    [shopId, customer],
  )
  return rows[0]?.lots ?? ''
}

describe(`points for what people do (seed ${SEED})`, () => {
  test('are given once a person, whatever happens', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 40, size: 'max' }), async (steps) => {
        const life = await openShop()
        await play(life, steps)
        await expectSound(life)
      }),
      { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: 100_000 },
    )
  })

  test('are the same in whatever order it is told, once or twice', { timeout: 120_000 }, async () => {
    const life = await openShop()
    let customer = 7_702_000_000
    await fc.assert(
      fc.asyncProperty(occasions, fc.array(fc.nat(20), { maxLength: 3 }), async (set, again) => {
        const outcomes = new Map<string, string[]>()
        for (const order of ordersOf(set)) {
          const id = ++customer
          const twice = [...order, ...again.flatMap((n) => order[n % order.length] ?? [])]
          for (const one of twice)
            await acrossShops((tx) =>
              award(tx, life.shopId, { ...one, customerId: String(id) } as Occasion, life.now),
            )
          const has = await lotsOf(life, id)
          outcomes.set(has, [...(outcomes.get(has) ?? []), order.map((one) => one.key).join(', ')])
        }
        expect(Object.fromEntries(outcomes)).toEqual({ [[...outcomes.keys()][0] ?? '']: expect.anything() })
      }),
      {
        numRuns: RUNS,
        seed: SEED,
        interruptAfterTimeLimit: 100_000,
        // Told from the last to the first, these came to nothing once.
        examples: [
          [toldOf(['single_opt_in', null, 'confirmed_opt_in']), []],
          [toldOf(['unknown', null, 'unknown', 'confirmed_opt_in']), [3]],
        ],
      },
    )
    await expectSound(life)
  })

  test('are given once when many tell at once, beside a merge', { timeout: 60_000 }, async () => {
    const [MARA = 0, NELE = 0] = PEOPLE
    for (let round = 0; round < 12; round++) {
      const life = await openShop()
      const tell = (occasion: Occasion | null | undefined) =>
        occasion ? acrossShops((tx) => award(tx, life.shopId, occasion, life.now)) : Promise.resolve(null)
      const all = [MARA, NELE].flatMap((id) => [
        () => tell(OCCASIONS['customers/enable']?.(opened(id, 9), life.now)),
        () => tell(OCCASIONS['customers/enable']?.(opened(id, 10), life.now)),
        () => tell(signedIn(String(id), Date.parse(iso(8)), Date.parse(iso(9)))),
        () =>
          tell(OCCASIONS[CONSENT]?.(told(id, { state: 'subscribed', level: 'confirmed_opt_in', day: 9 }), 0)),
      ])
      const merge = () =>
        acrossShops((tx) =>
          mergeMembers(
            tx,
            life.shopId,
            { keptId: String(MARA), deletedId: String(NELE) },
            life.now,
            life.now,
          ),
        )
      const twice = [...all, ...all]
      await Promise.all([...twice.slice(0, round), merge, ...twice.slice(round)].map((one) => one()))
      for (const one of all) await one()
      await expectSound(life)
      expect((await life.balance(MARA))?.available).toBe(150)
    }
  })
})
