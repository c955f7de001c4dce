import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Account,
  assertSound,
  awardAvailable,
  awardPending,
  capture,
  deduct,
  expireLot,
  type Move,
  mature,
  mergeInto,
  release,
  reserve,
  reverseAvailable,
  reversePending,
} from '../../../app/domain/account/account.ts'
import { inSpendingOrder, type Lot, type LotShare } from '../../../app/domain/account/lots.ts'
import { isDomainError } from '../../../app/domain/text/errors.ts'
import { emptyAccount } from './empty-account.ts'

const origin = (orderId: string | null, expiresOn: string | null = null, earnedAt = 1) => ({
  orderId,
  earnedAt,
  expiresOn,
})

/** What entries would add up to: the same fold that the book makes. */
function fold(moves: Move[]) {
  const sums = { pending: 0, available: 0, held: 0, debt: 0 }
  for (const { from, to, amount } of moves) {
    if (from in sums) sums[from as keyof typeof sums] -= amount
    if (to in sums) sums[to as keyof typeof sums] += amount
  }
  return { ...sums, debt: sums.debt === 0 ? 0 : -sums.debt }
}

const state = ({ pending, available, held, debt }: Account) => ({ pending, available, held, debt })

describe('points that come in', () => {
  test('repay debt first, and only the rest makes a lot that can be spent', () => {
    const account = emptyAccount()
    reverseAvailable(account, 30, 'a')
    expect(state(account)).toEqual({ pending: 0, available: 0, held: 0, debt: 30 })
    awardAvailable(account, 20, origin('b'))
    expect(account.newLots).toEqual([])
    awardPending(account, 50)
    mature(account, 50, origin('c'))
    expect(state(account)).toEqual({ pending: 0, available: 40, held: 0, debt: 0 })
    expect(account.newLots.map(({ earned, remaining }) => [earned, remaining])).toEqual([[50, 40]])
    assertSound(account)
  })
})

describe('points that go out', () => {
  test('leave first from what lapses first, of the same day from what was earned first, for ever last', () => {
    const account = emptyAccount()
    awardAvailable(account, 10, origin('for-ever', null, 1))
    awardAvailable(account, 10, origin('late', '2027-06-01', 1))
    awardAvailable(account, 10, origin('soon, earned later', '2027-01-01', 9))
    awardAvailable(account, 10, origin('soon', '2027-01-01', 2))
    const { shares } = reserve(account, 35)
    expect(shares.map(({ lot, amount }) => [lot.orderId, amount])).toEqual([
      ['soon', 10],
      ['soon, earned later', 10],
      ['late', 10],
      ['for-ever', 5],
    ])
  })

  test("a reversal takes the order's own points first, and what is missing becomes debt", () => {
    const account = emptyAccount()
    awardAvailable(account, 10, origin('other', '2027-01-01'))
    awardAvailable(account, 10, origin('own', '2028-01-01'))
    reverseAvailable(account, 15, 'own')
    expect(account.newLots.map(({ orderId, remaining }) => [orderId, remaining])).toEqual([
      ['other', 5],
      ['own', 0],
    ])
    reverseAvailable(account, 15, 'own')
    expect(state(account)).toEqual({ pending: 0, available: 0, held: 0, debt: 10 })
  })

  test('debt blocks a redemption, and so does a balance that is too small; nothing has changed then', () => {
    const account = emptyAccount()
    awardAvailable(account, 10, origin('a'))
    expect(() => reserve(account, 11)).toThrow('11 points asked, 10 available')
    reverseAvailable(account, 12, 'a')
    expect(() => reserve(account, 1)).toThrow('owes 2')
    expect(() => deduct(account, 1)).toThrow('owes 2')
    expect(state(account)).toEqual({ pending: 0, available: 0, held: 0, debt: 2 })
    for (const amount of [0, -1, 1.5, Number.NaN])
      expect(() => reserve(account, amount)).toThrow('not a number')
  })

  test('what a hold reserves cannot expire, nor be reversed', () => {
    const account = emptyAccount()
    awardAvailable(account, 10, origin('a', '2027-01-01'))
    const { shares } = reserve(account, 6)
    const [lot] = account.newLots
    expect(expireLot(account, lot as Lot).map((move) => move.amount)).toEqual([4])
    expect(expireLot(account, lot as Lot)).toEqual([])
    reverseAvailable(account, 10, 'a')
    expect(state(account)).toEqual({ pending: 0, available: 0, held: 6, debt: 10 })
    release(account, shares)
    expect(state(account)).toEqual({ pending: 0, available: 0, held: 0, debt: 4 })
    assertSound(account)
  })
})

test('a merge moves everything, and a debt on either side is repaid at once', () => {
  const kept = emptyAccount()
  const gone = emptyAccount()
  reverseAvailable(kept, 5, 'x')
  awardAvailable(gone, 20, origin('y'))
  awardPending(gone, 7)
  reserve(gone, 8)
  gone.lots = gone.newLots
  gone.newLots = []
  const { out, into } = mergeInto(kept, gone)
  expect(state(kept)).toEqual({ pending: 7, available: 7, held: 8, debt: 0 })
  expect(state(gone)).toEqual({ pending: 0, available: 0, held: 0, debt: 0 })
  const merged = (moves: Move[]) =>
    moves.reduce((sum, m) => sum + (m.to === 'merged' ? m.amount : m.from === 'merged' ? -m.amount : 0), 0)
  expect(merged(out) + merged(into)).toBe(0)
  assertSound(kept)
  assertSound(gone)
})

test('assertSound sees whatever is wrong', () => {
  const wrong: Partial<Account>[] = [
    { available: 1 },
    { pending: -1 },
    { held: 0.5 },
    { debt: Number.NaN },
    { available: 5, debt: 5, lots: null },
    { held: 3 },
  ]
  for (const change of wrong) expect(() => assertSound({ ...emptyAccount(), ...change })).toThrow('Unsound')
})

// ── Any history ──────────────────────────────────────────────────────────────────────────────────────────────────

interface World {
  accounts: Account[]
  moves: Move[][]
  holds: { account: number; shares: LotShare[] }[]
}

const amount = fc.integer({ min: 1, max: 60 })
const order = fc.constantFrom('o1', 'o2', 'o3', null)
const day = fc.constantFrom('2027-01-01', '2027-02-01', '2028-01-01', null)
const step = fc.oneof(
  fc.record({ do: fc.constantFrom('pend' as const), who: fc.nat(1), amount }),
  fc.record({ do: fc.constantFrom('award' as const, 'mature' as const), who: fc.nat(1), amount, order, day }),
  fc.record({
    do: fc.constantFrom('reverse' as const, 'reverse-pending' as const),
    who: fc.nat(1),
    amount,
    order,
  }),
  fc.record({ do: fc.constantFrom('reserve' as const, 'deduct' as const), who: fc.nat(1), amount }),
  fc.record({
    do: fc.constantFrom('capture' as const, 'release' as const, 'expire' as const),
    which: fc.nat(9),
  }),
  fc.record({ do: fc.constantFrom('save' as const, 'merge' as const), who: fc.nat(1) }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Does one step; what the rules refuse changes nothing. Checks the rules of the step itself. */
function take(world: World, s: Step): void {
  if ('which' in s) {
    takeAny(world, s.do, s.which)
    return
  }
  const who = s.who
  const account = world.accounts[who] as Account
  const write = (moves: Move[], to = who) => world.moves[to]?.push(...moves)
  if (s.do === 'pend') write(awardPending(account, s.amount))
  else if (s.do === 'award') write(awardAvailable(account, s.amount, origin(s.order, s.day)))
  else if (s.do === 'mature')
    write(mature(account, Math.min(s.amount, account.pending), origin(s.order, s.day)))
  else if (s.do === 'reverse-pending') write(reversePending(account, Math.min(s.amount, account.pending)))
  else if (s.do === 'reverse') {
    const before = account.available - account.debt
    write(reverseAvailable(account, s.amount, s.order))
    expect(account.available - account.debt).toBe(before - s.amount)
  } else if (s.do === 'reserve' || s.do === 'deduct') {
    const before = JSON.stringify(account)
    const may = account.debt === 0 && account.available >= s.amount
    try {
      if (s.do === 'deduct') write(deduct(account, s.amount))
      else {
        const ordered = inSpendingOrder([...(account.lots ?? []), ...account.newLots])
        const { moves, shares } = reserve(account, s.amount)
        write(moves)
        world.holds.push({ account: who, shares })
        // First-in first-out: whatever comes after the last lot taken from was left alone.
        const places = shares.map(({ lot }) => ordered.indexOf(lot))
        expect(places).toEqual([...places].sort((a, b) => a - b))
        for (const lot of ordered.slice(0, places.at(-1))) expect(lot.remaining - lot.held).toBe(0)
      }
      expect(may).toBe(true)
    } catch (error) {
      if (!isDomainError(error)) throw error
      expect(may).toBe(false)
      expect(JSON.stringify(account)).toBe(before)
    }
  } else if (s.do === 'save') store(account)
  else merge(world, who)
}

/** As the ledger does between two transactions: new lots get ids, empty ones are not loaded again. */
function store(account: Account): void {
  for (const lot of account.newLots) lot.lotId = nextLot++
  account.lots = [...(account.lots ?? []), ...account.newLots].filter((lot) => lot.remaining > 0)
  account.newLots = []
}
let nextLot = 1

function merge(world: World, who: number): void {
  const [kept, gone] = [world.accounts[who], world.accounts[1 - who]] as [Account, Account]
  store(kept)
  store(gone)
  const net = (a: Account) => a.pending + a.available + a.held - a.debt
  const total = net(kept) + net(gone)
  const { out, into } = mergeInto(kept, gone)
  world.moves[who]?.push(...into)
  world.moves[1 - who]?.push(...out)
  for (const hold of world.holds) hold.account = who
  expect(net(kept)).toBe(total)
  expect(state(gone)).toEqual({ pending: 0, available: 0, held: 0, debt: 0 })
}

function takeAny(world: World, what: 'capture' | 'release' | 'expire', which: number): void {
  if (what === 'expire') {
    const account = world.accounts[which % 2] as Account
    const lots = [...(account.lots ?? []), ...account.newLots]
    const lot = lots[which % Math.max(1, lots.length)]
    if (!lot) return
    const heldBefore = lot.held
    world.moves[which % 2]?.push(...expireLot(account, lot))
    expect([lot.held, lot.remaining]).toEqual([heldBefore, heldBefore])
    return
  }
  const [hold] = world.holds.splice(which % Math.max(1, world.holds.length), 1)
  if (!hold) return
  const account = world.accounts[hold.account] as Account
  world.moves[hold.account]?.push(...(what === 'capture' ? capture : release)(account, hold.shares))
}

test('after any sequence of steps every account is sound, never below zero, and the fold of its entries', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world: World = { accounts: [emptyAccount(), emptyAccount()], moves: [[], []], holds: [] }
      for (const one of steps) {
        take(world, one)
        world.accounts.forEach((account, who) => {
          assertSound(account)
          expect(fold(world.moves[who] ?? [])).toEqual(state(account))
          for (const lot of [...(account.lots ?? []), ...account.newLots]) {
            expect(lot.held).toBeGreaterThanOrEqual(0)
            expect(lot.remaining).toBeGreaterThanOrEqual(lot.held)
            expect(lot.earned).toBeGreaterThanOrEqual(lot.remaining)
          }
          const last = world.moves[who]?.at(-1)
          if (last) {
            expect(last.availableAfter).toBe(account.available - account.debt)
            expect(last.pendingAfter).toBe(account.pending)
          }
        })
        for (const { from, to, amount: n } of world.moves.flat()) {
          expect(n).toBeGreaterThan(0)
          expect(from).not.toBe(to)
        }
      }
    }),
    { numRuns: 2_000, ...(process.env.SEED ? { seed: Number(process.env.SEED) } : {}) },
  )
})
