import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { TermField } from '../../../app/domain/rewards/kind.ts'
import {
  asKind,
  kindOf,
  missingScopes,
  moneyTerms,
  REWARD_KINDS,
  type RewardKindName,
  reward,
  rewardConditions,
  rewardText,
  termKey,
} from '../../../app/domain/rewards/kinds.ts'
import { wording } from '../../../app/wording.ts'
import { document } from '../support.ts'

/** What every kind must bring along; one that lacks it fails here. */

const [first] = document().rewards
if (!first) throw new Error('The first program has no rewards')

const texts = (language: string) =>
  JSON.parse(readFileSync(`app/locales/${language}/rewards.json`, 'utf8')) as Record<
    string,
    { label: string; short: string; text: string; term: Record<string, string> }
  >

test('a right to write is one to read, and only what a kind needs is missed', () => {
  const write = 'write_store_credit_account_transactions'
  expect(missingScopes('store-credit', ['read_orders'])).toHaveLength(3)
  expect(missingScopes('store-credit', [write])).toEqual(['read_store_credit_accounts'])
  expect(missingScopes('store-credit', [write, 'read_store_credit_accounts'])).toEqual([])
  expect(missingScopes('free-shipping', [])).toEqual([])
})

describe.each(REWARD_KINDS.map(({ kind }) => kind))('%s', (name) => {
  test.each(['de', 'en'] as const)('has its words in %s, and one for each term', (language) => {
    const own = texts(language)[name]
    expect(own).toMatchObject({
      label: expect.any(String),
      short: expect.any(String),
      text: expect.any(String),
    })
    for (const term of Object.keys(kindOf(name).terms))
      expect(
        termKey(name, term)
          .split('.')
          .reduce(
            (at: unknown, key) => (at as Record<string, unknown> | undefined)?.[key],
            texts(language) as unknown,
          ),
        term,
      ).toEqual(expect.any(String))
    const words = wording(language, { timeZone: 'Europe/Berlin', currency: 'EUR' })
    const filled = { ...asKind(first, name), ...sample(name) } as never
    for (const text of [rewardText(filled, words), ...rewardConditions(filled, words)])
      expect(text).not.toMatch(/\{\{|rewards:|undefined|NaN/)
  })

  test('says of every term how it is typed in, and how a form begins', () => {
    const { terms, fields, blank } = kindOf(name)
    expect(Object.keys(fields).sort()).toEqual(Object.keys(terms).sort())
    const needed = Object.keys(terms).filter((term) => !terms[term]?.safeParse(undefined).success)
    expect(Object.keys(blank).sort()).toEqual(needed.sort())
  })

  test('can be chosen in the form, filled in, and is then right', () => {
    const chosen = asKind(first, name)
    expect(chosen).toMatchObject({ kind: name, id: first.id, cost: first.cost })
    expect(reward.safeParse({ ...chosen, ...sample(name) }).error).toBeUndefined()
    expect(reward.safeParse({ ...chosen, ...sample(name), kind: 'none' }).success).toBe(false)
  })

  test('has its money checked against the currency', () => {
    const money = Object.entries(kindOf(name).fields).filter(([, { as }]) => as === 'money')
    const told = moneyTerms(asKind(first, name)).map(({ term }) => term)
    expect(told).toEqual(money.map(([term]) => term))
  })
})

test('a kind that nobody knows is no reward', () => {
  expect(() => kindOf('free-car' as RewardKindName)).toThrow('free-car')
})

/** Terms as a merchant would type them in. */
function sample(name: RewardKindName): Record<string, unknown> {
  return Object.fromEntries(Object.entries(kindOf(name).fields).map(([term, field]) => [term, typed(field)]))
}

function typed(field: TermField): unknown {
  if (field.as === 'combines') return { order: true, product: true, shipping: false }
  if (field.as === 'goods') return { kind: 'products', ids: ['7'] }
  if (field.as === 'variants') return ['34', '35']
  if (field.as === 'purchases') return { of: 'both', cycles: 3 }
  if (field.as === 'text') return { de: 'Zeigen Sie das vor.' }
  if (field.as === 'link') return 'https://baumschule.example/spenden'
  return field.as === 'money' ? '7.50' : field.max
}
