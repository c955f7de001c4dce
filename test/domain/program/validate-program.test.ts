import { describe, expect, test } from 'vitest'
import type { ProgramIssue } from '../../../app/domain/document/program-issue.ts'
import type { Program } from '../../../app/domain/program/program.ts'
import { validateProgram } from '../../../app/domain/program/validate-program.ts'
import { campaign, document } from '../support.ts'

function issues(wrong: Partial<Program> | unknown, shop?: { currency: string }): ProgramIssue[] {
  const result = validateProgram(wrong, shop)
  return result.ok ? [] : result.issues
}

describe('an issue names where, what and which values', () => {
  test('a document that is none at all', () => {
    expect(issues(undefined)).toMatchObject([{ path: '', code: 'required', values: {} }])
    expect(issues(null)).toMatchObject([{ path: '', code: 'required' }])
    expect(issues('program')).toMatchObject([{ path: '', code: 'wrong-type' }])
    expect(issues([])).toMatchObject([{ path: '', code: 'wrong-type' }])
  })

  test('a zone and a local time of one campaign among others', () => {
    const wrong = campaign('wrong', '2', {
      window: { start: '2026-02-30T00:00', end: '2026-06-31T12:00', timeZone: 'Mars/Base' },
    })
    expect(issues(document({ campaigns: [campaign('fine', '2'), wrong] }))).toEqual([
      {
        path: 'campaigns.1.window.timeZone',
        code: 'time-zone-unknown',
        message: '"Mars/Base" is not an IANA time zone like "Europe/Berlin"',
        values: { value: 'Mars/Base' },
      },
      {
        path: 'campaigns.1.window.start',
        code: 'local-time-unknown',
        message: 'there is no 2026-02-30T00:00 in the calendar',
        values: { value: '2026-02-30T00:00' },
      },
      {
        path: 'campaigns.1.window.end',
        code: 'local-time-unknown',
        message: 'there is no 2026-06-31T12:00 in the calendar',
        values: { value: '2026-06-31T12:00' },
      },
    ])
  })

  test('tiers that do not exist, by campaign and reward; a path is named once', () => {
    const { rewards } = document()
    const last = rewards.length - 1
    const found = issues(
      document({
        campaigns: [
          campaign('fine', '2', { tiers: ['gold'] }),
          campaign('x', '2', { tiers: ['ruby', 'opal'] }),
        ],
        rewards: rewards.map((reward, i) => (i === last ? { ...reward, tiers: ['opal'] } : reward)),
      }),
    )
    expect(found).toEqual([
      {
        path: 'campaigns.1.tiers',
        code: 'tier-unknown',
        message: 'there is no tier "ruby"',
        values: { tier: 'ruby' },
      },
      {
        path: `rewards.${last}.tiers`,
        code: 'tier-unknown',
        message: 'there is no tier "opal"',
        values: { tier: 'opal' },
      },
    ])
  })

  test('a tier that does not start above the one before it, at its own place', () => {
    const { tiers } = document()
    const levels = tiers.levels.map((level, i) => (i === 2 ? { ...level, threshold: '300.00' } : level))
    expect(issues(document({ tiers: { ...tiers, levels } }))).toEqual([
      {
        path: 'tiers.levels.2.threshold',
        code: 'threshold-order',
        message: 'each tier must start above the one before it',
        values: { below: '300' },
      },
    ])
  })

  test('a warning that is earlier than the points', () => {
    expect(issues(document({ expiry: { kind: 'after-earning', months: 3, warnDays: 90 } }))).toEqual([
      {
        path: 'expiry.warnDays',
        code: 'too-large',
        message: 'a warning 90 days ahead is earlier than points of 3 months',
        values: { maximum: 83 },
      },
    ])
  })

  test('what is written wrongly, with how it is meant', () => {
    const wrong = campaign('Double Stars', '2.005', {
      scope: { kind: 'products', ids: ['gid'] },
      window: { start: 'tomorrow', end: null, timeZone: 'UTC' },
    })
    expect(issues(document({ campaigns: [wrong] })).map(({ path, message }) => [path, message])).toEqual([
      ['campaigns.0.id', 'an id is 1–40 small letters, digits or hyphens, like "double-stars"'],
      ['campaigns.0.multiplier', 'a decimal like "1.5" with at most 2 decimals'],
      ['campaigns.0.scope.ids.0', 'a Shopify id in digits'],
      ['campaigns.0.window.start', 'a local time like "2026-11-27T00:00"'],
    ])
  })

  test('the same id twice, in each list', () => {
    const { rewards, tiers } = document()
    const [level] = tiers.levels
    const twice = document({
      campaigns: [campaign('a', '2'), campaign('a', '3')],
      rewards: [rewards[0], rewards[0]] as Program['rewards'],
    })
    expect(issues(twice).map(({ path, code, message }) => [path, code, message])).toEqual([
      ['campaigns', 'duplicate-id', 'two campaigns have the same id'],
      ['rewards', 'duplicate-id', 'two rewards have the same id'],
    ])
    const levels = [level, { ...level, threshold: '5' }] as Program['tiers']['levels']
    expect(issues(document({ tiers: { ...tiers, levels } }))).toEqual([
      { path: 'tiers.levels', code: 'duplicate-id', message: 'two tiers have the same id', values: {} },
    ])
  })
})

describe("an amount with more decimals than the shop's currency has", () => {
  const first = (more: object) => {
    const [reward, ...others] = document().rewards
    return document({ rewards: [{ ...reward, ...more } as Program['rewards'][number], ...others] })
  }
  const told = (path: string, value: string, decimals: number, currency: string) => ({
    path,
    code: 'too-many-decimals',
    message: `"${value}" has more than the ${decimals} decimals of ${currency}`,
    values: { value, decimals, currency },
  })

  test('is told for a reward, its minimum and a tier', () => {
    expect(issues(first({ amount: '5.001' }), { currency: 'EUR' })).toEqual([
      told('rewards.0.amount', '5.001', 2, 'EUR'),
    ])
    expect(issues(first({ minimumSpend: '0.5' }), { currency: 'JPY' })).toEqual([
      told('rewards.0.minimumSpend', '0.5', 0, 'JPY'),
    ])
    const { tiers } = document()
    const levels = tiers.levels.map((level, i) => (i === 1 ? { ...level, threshold: '300.50' } : level))
    expect(issues(document({ tiers: { ...tiers, levels } }), { currency: 'JPY' })).toEqual([
      told('tiers.levels.1.threshold', '300.50', 0, 'JPY'),
    ])
  })

  test('is fine while the rest are zeros, while no shop is known, and for points or orders', () => {
    expect(issues(first({ amount: '5.100', minimumSpend: '20.000' }), { currency: 'EUR' })).toEqual([])
    expect(issues(first({ amount: '5.101' }), { currency: 'KWD' })).toEqual([])
    expect(issues(first({ amount: '5.001' }))).toEqual([])
    const { tiers } = document()
    const levels = tiers.levels.map((level, i) => (i === 1 ? { ...level, threshold: '300.50' } : level))
    for (const basis of ['points', 'orders'] as const)
      expect(issues(document({ tiers: { ...tiers, basis, levels } }), { currency: 'JPY' })).toEqual([])
  })
})

test('a document from before activity could be chosen means orders and redemptions', () => {
  const expiry = { kind: 'after-inactivity', months: 12, warnDays: 30 }
  const result = validateProgram({ ...document(), expiry })
  expect(result.ok && result.program.expiry).toEqual({ ...expiry, actions: ['order', 'redemption'] })
})

test('a valid document comes back as it is meant: trimmed, without what no program has', () => {
  const result = validateProgram({ ...document(), name: { de: ' Treue ' }, unknown: 1 }, { currency: 'EUR' })
  expect(result).toEqual({ ok: true, program: document({ name: { de: 'Treue' } }) })
})
