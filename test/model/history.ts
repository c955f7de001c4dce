import fc from 'fast-check'

/**
 * What can happen to a few customers of one shop, as a plan: orders with everything that is done to them, chargebacks,
 * merges, redemptions. It says nothing of how the app hears of it; `tellings.ts` does.
 *
 * Time runs in three phases. Within a phase all is delivered in some order; between phases the clock moves on.
 */
export const PHASES = 3
const CUSTOMERS = 3

export type Owner = { kind: 'customer' | 'guest'; n: number } | { kind: 'nobody' }

export interface LinePlan {
  cents: number
  quantity: number
  discountCents: number
  giftCard: boolean
  product: number
}

export type Deed =
  | { do: 'pay' }
  /** A part, in thousandths, of what is open. */
  | { do: 'pay-part'; share: number }
  | { do: 'cancel' }
  /** The payment is given up; a later one may still come. */
  | { do: 'void' }
  | { do: 'expire' }
  /** The code is taken off the order, or takes nothing off it any more. */
  | { do: 'drop-code' }
  | { do: 'idle-code' }
  /** Out of the shop, where Shopify lets it: never paid, or cancelled. Nothing comes after it. */
  | { do: 'delete' }
  | { do: 'touch' }
  | { do: 'refund-line'; line: number; quantity: number }
  | { do: 'refund-amount'; cents: number }
  | { do: 'refund-shipping' }
  /** All pieces go back, and all the money that is left. */
  | { do: 'refund-all' }
  | { do: 'remove-pieces' | 'add-pieces'; line: number; quantity: number }
  | { do: 'attach'; customer: number }
  /** The customer is taken off the order; what is left is a guest's, if there is an e-mail address, or nobody's. */
  | { do: 'take-off'; guest: number | null }

export interface OrderPlan {
  phase: number
  /** Share (0–999) of the time before the phase's end at which the order is placed. */
  moment: number
  owner: Owner
  lines: LinePlan[]
  shippingCents: number
  paid: boolean
  /** Of a paid order so many thousandths came in at once. */
  deposit: number
  test: boolean
  /** Which redemption's code the shopper enters, if there is one by then; `second`: also if another order has it. */
  code: number | null
  second: boolean
  /** `later`: phases between the deed before and this one; `sameSecond`: Shopify stamps both with one time. */
  deeds: { deed: Deed; later: number; sameSecond: boolean }[]
}

export interface DisputePlan {
  order: number
  later: number
  /** How it ends, and how many phases later; null: still open at the end. */
  end: { standing: 'won' | 'lost'; later: number } | null
}

export interface History {
  orders: OrderPlan[]
  disputes: DisputePlan[]
  /** Customer `n` is merged into `n + 1`. */
  merges: { n: number; phase: number }[]
  /** At the end of a phase a customer asks for a reward. `made`: of what is no code, when Shopify makes it, people do it, or staff take it back that was spent with the click. */
  wishes: {
    phase: number
    customer: number
    reward: number
    twice: boolean
    made: 'at-once' | 'late' | 'never'
  }[]
  /** Decides how the news of it is shuffled, doubled and lost. */
  shuffle: number
}

const customerOwner = fc.nat(CUSTOMERS - 1).map((n): Owner => ({ kind: 'customer', n }))
const owner: fc.Arbitrary<Owner> = fc.oneof(
  { weight: 8, arbitrary: customerOwner },
  { weight: 1, arbitrary: fc.nat(1).map((n): Owner => ({ kind: 'guest', n })) },
  { weight: 1, arbitrary: fc.constant<Owner>({ kind: 'nobody' }) },
)

const line: fc.Arbitrary<LinePlan> = fc.record({
  cents: fc.integer({ min: 1, max: 12_000 }),
  quantity: fc.integer({ min: 1, max: 3 }),
  discountCents: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 300 })),
  giftCard: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
  product: fc.integer({ min: 7001, max: 7004 }),
})

const pieces = { line: fc.nat(2), quantity: fc.integer({ min: 1, max: 3 }) }
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Deed>({ do: 'pay' }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pay-part' as const), share: fc.integer({ min: 1, max: 999 }) }),
  },
  { weight: 1, arbitrary: fc.constant<Deed>({ do: 'cancel' }) },
  { weight: 1, arbitrary: fc.constant<Deed>({ do: 'touch' }) },
  { weight: 1, arbitrary: fc.constantFrom<Deed>({ do: 'void' }, { do: 'expire' }, { do: 'delete' }) },
  { weight: 1, arbitrary: fc.constantFrom<Deed>({ do: 'drop-code' }, { do: 'idle-code' }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('refund-line' as const), ...pieces }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('refund-amount' as const),
      cents: fc.integer({ min: 1, max: 4_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Deed>({ do: 'refund-shipping' }, { do: 'refund-all' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove-pieces' as const), ...pieces }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('add-pieces' as const), ...pieces }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('attach' as const), customer: fc.nat(CUSTOMERS - 1) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('take-off' as const), guest: fc.constantFrom(null, null, 0, 1) }),
  },
)

const order: fc.Arbitrary<OrderPlan> = fc.record({
  phase: fc.nat(PHASES - 1),
  moment: fc.nat(999),
  owner,
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  shippingCents: fc.constantFrom(0, 0, 490),
  paid: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
  deposit: fc.oneof({ weight: 4, arbitrary: fc.constant(1_000) }, fc.integer({ min: 1, max: 999 })),
  test: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, fc.constant(true)),
  code: fc.oneof({ weight: 2, arbitrary: fc.nat(3) }, fc.constant(null)),
  second: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
  deeds: fc.array(
    fc.record({
      deed,
      later: fc.constantFrom(0, 0, 0, 1, 2),
      sameSecond: fc.constantFrom(false, false, false, false, true),
    }),
    { maxLength: 4 },
  ),
})

const made = fc.constantFrom('at-once' as const, 'late' as const, 'never' as const)

const dispute: fc.Arbitrary<DisputePlan> = fc.record({
  order: fc.nat(4),
  later: fc.nat(1),
  end: fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ standing: fc.constantFrom('won' as const, 'lost' as const), later: fc.nat(1) }),
    },
    fc.constant(null),
  ),
})

const anything: fc.Arbitrary<History> = fc.record({
  orders: fc.array(order, { minLength: 1, maxLength: 5 }),
  disputes: fc.oneof(
    { weight: 3, arbitrary: fc.constant<DisputePlan[]>([]) },
    fc.array(dispute, { minLength: 1, maxLength: 2 }),
  ),
  merges: fc.oneof(
    { weight: 3, arbitrary: fc.constant<History['merges']>([]) },
    fc.uniqueArray(fc.record({ n: fc.nat(CUSTOMERS - 2), phase: fc.nat(PHASES - 1) }), {
      minLength: 1,
      maxLength: 2,
      selector: ({ n }) => n,
    }),
  ),
  wishes: fc.oneof(
    { weight: 2, arbitrary: fc.constant<History['wishes']>([]) },
    fc.array(
      fc.record({
        phase: fc.nat(PHASES - 1),
        customer: fc.nat(CUSTOMERS - 1),
        reward: fc.nat(7),
        twice: fc.boolean(),
        made,
      }),
      { minLength: 1, maxLength: 4 },
    ),
  ),
  shuffle: fc.integer(),
})

/** A member who earns enough, redeems, and uses the code on one order or two, of which anything may become. */
const redeeming: fc.Arbitrary<History> = fc
  .record({
    history: anything,
    cents: fc.integer({ min: 3_000, max: 9_000 }),
    reward: fc.constantFrom(0, 1, 3, 4, 5, 6, 7),
    made,
    used: order,
    paid: fc.boolean(),
    usedPhase: fc.integer({ min: 1, max: PHASES - 1 }),
    again: fc.boolean(),
    deeds: fc.array(
      fc.record({
        deed: fc.constantFrom<Deed>(
          { do: 'pay' },
          { do: 'cancel' },
          { do: 'cancel' },
          { do: 'void' },
          { do: 'expire' },
          { do: 'delete' },
          { do: 'drop-code' },
          { do: 'idle-code' },
          { do: 'touch' },
          { do: 'refund-amount', cents: 900 },
          { do: 'refund-all' },
          { do: 'add-pieces', line: 0, quantity: 1 },
          { do: 'take-off', guest: null },
        ),
        later: fc.constantFrom(0, 0, 1),
        sameSecond: fc.constant(false),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ history: other, cents, reward, made, used, paid, usedPhase, again, deeds }) => ({
    ...other,
    orders: [
      {
        phase: 0,
        moment: 100,
        owner: { kind: 'customer' as const, n: 0 },
        lines: [{ cents, quantity: 1, discountCents: 0, giftCard: false, product: 7001 }],
        shippingCents: 0,
        paid: true,
        deposit: 1_000,
        test: false,
        code: null,
        second: false,
        deeds: [],
      },
      { ...used, paid, deposit: 1_000, phase: usedPhase, code: 0, deeds },
      ...other.orders.slice(0, 2).map((one) => ({ ...one, code: again ? 0 : null, second: true })),
    ],
    wishes: [{ phase: 0, customer: 0, reward, twice: false, made }, ...other.wishes.slice(0, 2)],
  }))

export const history: fc.Arbitrary<History> = fc.oneof(
  { weight: 2, arbitrary: anything },
  { weight: 1, arbitrary: redeeming },
)
