import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeEndsAt } from '../../../app/domain/rewards/code-terms.ts'
import type { Reward } from '../../../app/domain/rewards/kinds.ts'
import {
  nextReward,
  type RewardMember,
  readyReward,
  rewardOffer,
  rewardOffers,
} from '../../../app/domain/rewards/offers.ts'
import { compiled, document } from '../support.ts'

const member = (more: Partial<RewardMember> = {}): RewardMember => ({
  available: 600,
  debt: 0,
  tierId: 'bronze',
  taken: new Map(),
  hasOrder: false,
  ...more,
})

const MOMENT = {
  now: Date.parse('2026-12-10T12:00:00Z'),
  timeZone: 'Europe/Berlin',
  soldOut: new Set<string>(),
}

const withFirst = (more: Partial<Reward>) => {
  const [first, ...rest] = document().rewards
  return compiled({ rewards: [{ ...first, ...more } as Reward, ...rest] })
}
const offer = (program: ReturnType<typeof compiled>, of: RewardMember) => {
  const reward = program.rewards.get('amount-5')
  if (!reward) throw new Error('the starter program has a reward of 5')
  return rewardOffer(reward, of, MOMENT)
}

describe('the offer of a reward', () => {
  test('can be redeemed when the points suffice', () => {
    expect(offer(compiled(), member())).toMatchObject({
      available: true,
      affordable: true,
      redeemable: true,
      missing: 0,
      reason: null,
    })
    expect(offer(compiled(), member({ available: 500 })).redeemable).toBe(true)
  })

  test('tells how many points are missing', () => {
    expect(offer(compiled(), member({ available: 499 }))).toMatchObject({
      available: true,
      affordable: false,
      redeemable: false,
      missing: 1,
    })
  })

  test.each([
    ['inactive', { active: false }, {}],
    ['tier', { tiers: ['gold'] }, {}],
    ['tier', { tiers: ['gold'] }, { tierId: null }],
    ['once', { oncePerMember: true }, { taken: new Map([['amount-5', [0]]]) }],
    ['debt', {}, { debt: 1 }],
  ] as const)('is refused for the reason "%s"', (reason, reward, of) => {
    expect(offer(withFirst(reward as Partial<Reward>), member(of))).toMatchObject({
      available: false,
      redeemable: false,
      reason,
    })
  })

  test('for some tiers is open to a member of one of them', () => {
    const program = withFirst({ tiers: ['silver', 'gold'] })
    for (const tierId of ['silver', 'gold'])
      expect(offer(program, member({ tierId }))).toMatchObject({ available: true, reason: null })
  })

  test('once for each member does not ask about other rewards, and others can be taken again', () => {
    expect(
      offer(withFirst({ oncePerMember: true }), member({ taken: new Map([['amount-10', [0]]]) })).reason,
    ).toBeNull()
    expect(offer(compiled(), member({ taken: new Map([['amount-5', [0]]]) })).reason).toBeNull()
  })

  test('counts debt to what is missing, because it is repaid first', () => {
    expect(offer(compiled(), member({ available: 0, debt: 40 })).missing).toBe(540)
  })
})

describe('the next reward', () => {
  test('is the cheapest that is not affordable yet', () => {
    expect(nextReward(compiled(), member({ available: 120 }), MOMENT)).toMatchObject({
      reward: { id: 'amount-5' },
      missing: 380,
    })
    expect(nextReward(compiled(), member(), MOMENT)).toMatchObject({
      reward: { id: 'percent-10' },
      missing: 200,
    })
  })

  test('is none when all can be afforded', () => {
    expect(nextReward(compiled(), member({ available: 1000 }), MOMENT)).toBeNull()
  })

  test('then gives way to the dearest that can be redeemed at once', () => {
    expect(readyReward(compiled(), member({ available: 1000 }), MOMENT)).toMatchObject({
      reward: { id: 'amount-10' },
      missing: 0,
    })
    expect(readyReward(compiled(), member(), MOMENT)?.reward.id).toBe('amount-5')
    expect(readyReward(compiled(), member({ available: 499 }), MOMENT)).toBeNull()
    expect(readyReward(compiled(), member({ available: 0, debt: 10 }), MOMENT)).toBeNull()
    const taken = member({ taken: new Map([['amount-5', [0]]]) })
    expect(readyReward(withFirst({ oncePerMember: true }), taken, MOMENT)).toBeNull()
  })

  test('passes over what is not open to the member', () => {
    const none = member({ available: 0 })
    expect(nextReward(withFirst({ tiers: ['gold'] }), none, MOMENT)?.reward.id).toBe('percent-10')
    expect(nextReward(withFirst({ active: false }), none, MOMENT)?.reward.id).toBe('percent-10')
    expect(
      nextReward(withFirst({ oncePerMember: true }), { ...none, taken: new Map([['amount-5', [0]]]) }, MOMENT)
        ?.reward.id,
    ).toBe('percent-10')
  })

  test('is delayed by debt, not hidden', () => {
    expect(nextReward(compiled(), member({ available: 0, debt: 10 }), MOMENT)).toMatchObject({
      reward: { id: 'amount-5' },
      missing: 510,
    })
  })
})

test('rewards are listed cheapest first, without those taken out of the program', () => {
  const program = compiled({
    rewards: [...document().rewards].reverse().map((r) => ({ ...r, active: r.id !== 'percent-10' })),
  })
  expect(rewardOffers(program, member(), MOMENT).map((o) => o.reward.id)).toEqual(['amount-5', 'amount-10'])
})

describe('R8: a code is valid to the end of the day', () => {
  /** As a wall clock in the zone shows it. */
  const clock = (at: number, timeZone: string) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at)

  test('R8: whatever hour it was taken at, in the zone of the shop', () => {
    const berlin = (text: string) =>
      clock(codeEndsAt({ validDays: 30 }, Date.parse(text), 'Europe/Berlin'), 'Europe/Berlin')
    expect(berlin('2026-11-30T00:00:00+01:00')).toBe('2026-12-30 23:59:59')
    expect(berlin('2026-11-30T23:59:59+01:00')).toBe('2026-12-30 23:59:59')
    // Summer time ends in between.
    expect(berlin('2026-10-10T10:00:00+02:00')).toBe('2026-11-09 23:59:59')
  })

  test('R8: on every day, in zones whose midnight comes early, late or twice', () => {
    const zones = fc.constantFrom(
      'Pacific/Auckland',
      'America/Los_Angeles',
      'Asia/Kathmandu',
      'America/Santiago',
      'UTC',
    )
    const moment = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2030-12-31') })
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 400 }), zones, (at, validDays, zone) => {
        const ends = codeEndsAt({ validDays }, at, zone)
        const day = new Date(`${clock(at, zone).slice(0, 10)}T00:00:00Z`)
        day.setUTCDate(day.getUTCDate() + validDays)
        expect(clock(ends, zone).slice(0, 10)).toBe(day.toISOString().slice(0, 10))
        expect(clock(ends + 1_000, zone).slice(0, 10)).not.toBe(day.toISOString().slice(0, 10))
      }),
    )
  })
})
