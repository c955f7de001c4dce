import { describe, expect, test } from 'vitest'
import {
  campaignsIn,
  campaignsOnLine,
  indexCampaigns,
  runningCampaigns,
  type ScopedLine,
} from '../../../app/domain/earning/campaign-index.ts'
import type { Campaign } from '../../../app/domain/earning/campaigns.ts'
import { campaign, PLACED } from '../support.ts'

const goods = (more: Partial<ScopedLine> = {}): ScopedLine => ({
  productId: null,
  collections: [],
  tags: [],
  ...more,
})
const tagged = (...tags: string[]) => campaign('tagged', '2', { scope: { kind: 'tags', tags } })

/** Ids of the campaigns that touch the line, as far as they run. */
function touching(campaigns: Campaign[], line: ScopedLine | null, tierId: string | null = null): string[] {
  const index = indexCampaigns(campaigns)
  const running = runningCampaigns(index, PLACED, tierId)
  if (running === null) return []
  const set = index.blocks.map((block, i) => campaignsOnLine(block, running[i] as number, line))
  return campaignsIn(index, set).map(({ id }) => id)
}

describe('the campaigns of a line', () => {
  test('are those on its product, its collections, its tags, and on everything', () => {
    const campaigns = [
      campaign('all', '2'),
      campaign('product', '2', { scope: { kind: 'products', ids: ['1', '2'] } }),
      campaign('collection', '2', { scope: { kind: 'collections', ids: ['1', '3'] } }),
      tagged('1', 'tee'),
    ]
    expect(touching(campaigns, goods())).toEqual(['all'])
    expect(touching(campaigns, goods({ productId: '2' }))).toEqual(['all', 'product'])
    expect(touching(campaigns, goods({ collections: ['9', '3'] }))).toEqual(['all', 'collection'])
    expect(touching(campaigns, goods({ tags: ['x', 'tee'] }))).toEqual(['all', 'tagged'])
    const every = goods({ productId: '1', collections: ['1'], tags: ['1'] })
    expect(touching(campaigns, every)).toEqual(['all', 'product', 'collection', 'tagged'])
    expect(touching(campaigns, null)).toEqual(['all'])
  })

  test('are found by any one of the tags, and two campaigns by the same one', () => {
    const campaigns = [tagged('tee', 'bio'), { ...tagged('tee'), id: 'other' }]
    expect(touching(campaigns, goods({ tags: ['tee'] }))).toEqual(['tagged', 'other'])
    expect(touching(campaigns, goods({ tags: ['bio'] }))).toEqual(['tagged'])
  })

  test.each([
    ['APFEL', 'apfel'],
    ['zitrone', 'ZITRONE'],
    ['a', 'A'],
    ['z', 'Z'],
    [' tee', 'tee'],
    ['tee', 'tee\t'],
    ['grüner tee', 'GRÜNER TEE'],
    ['gr\u00fcn', 'gru\u0308n'],
    ['über', 'ÜBER'],
  ])('have tags that know no capitals, blanks around or ways to write an umlaut: %j is %j', (one, other) => {
    expect(touching([tagged(one)], goods({ tags: [other] }))).toEqual(['tagged'])
    expect(touching([tagged(other)], goods({ tags: [one] }))).toEqual(['tagged'])
  })

  test('have tags that are told apart otherwise', () => {
    for (const tag of ['tee-', 'te', 'teee', 't ee', '[tee]', '@tee'])
      expect(touching([tagged('tee')], goods({ tags: [tag] })), tag).toEqual([])
  })
})

describe('the campaigns of an order', () => {
  test('are those that run when it is placed', () => {
    const at = (start: string | null, end: string | null) =>
      touching([campaign('x', '2', { window: { start, end, timeZone: 'UTC' } })], goods())
    expect(at('2026-05-12T10:00', null)).toEqual(['x'])
    expect(at('2026-05-12T10:01', null)).toEqual([])
    expect(at(null, '2026-05-12T10:01')).toEqual(['x'])
    expect(at(null, '2026-05-12T10:00')).toEqual([])
  })

  test('are those for the tier of the member, and none of them for a member without', () => {
    const campaigns = [
      campaign('for-gold', '2', { tiers: ['silver', 'gold'] }),
      campaign('for-silver', '2', { tiers: ['silver'] }),
      campaign('for-all', '2'),
    ]
    expect(touching(campaigns, goods(), 'gold')).toEqual(['for-gold', 'for-all'])
    expect(touching(campaigns, goods(), 'silver')).toEqual(['for-gold', 'for-silver', 'for-all'])
    expect(touching(campaigns, goods(), null)).toEqual(['for-all'])
  })

  test('are null when none runs, so that no line is looked at', () => {
    expect(runningCampaigns(indexCampaigns([]), PLACED, null)).toBeNull()
    const gold = indexCampaigns([campaign('x', '2', { tiers: ['gold'] })])
    expect(runningCampaigns(gold, PLACED, null)).toBeNull()
    expect(runningCampaigns(gold, PLACED, 'gold')).toEqual([1])
  })
})

test('thirty-two campaigns share a block, and each keeps its own bit', () => {
  const each = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      campaign(`c${i}`, '2', { scope: { kind: 'products', ids: [`${i}`] } }),
    )
  const blocks = (count: number) => indexCampaigns(each(count)).blocks.length
  expect([0, 1, 32, 33, 64, 65].map(blocks)).toEqual([0, 1, 1, 2, 2, 3])
  const many = each(65)
  for (const i of [0, 1, 30, 31, 32, 33, 63, 64])
    expect(touching(many, goods({ productId: `${i}` })), `${i}`).toEqual([`c${i}`])
  const last = many.map((one, i) => (i === 64 ? one : { ...one, tiers: ['gold'] }))
  expect(runningCampaigns(indexCampaigns(last), PLACED, null)).toEqual([0, 0, 1])
})
