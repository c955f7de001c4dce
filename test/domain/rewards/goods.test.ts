import { expect, test } from 'vitest'
import { type Goods, MOST_GOODS, type Purchases } from '../../../app/domain/rewards/goods.ts'
import { type Reward, reward, rewardConditions } from '../../../app/domain/rewards/kinds.ts'
import { takenFor } from '../../../app/domain/rewards/price.ts'
import { wording } from '../../../app/wording.ts'
import { document } from '../support.ts'

const [first] = document().rewards as [Reward]
const COFFEE: Goods = { kind: 'products', ids: ['1', '2', '3', '4', '5'] }
const TITLES = { 'products/1': 'Kaffee', 'products/2': 'Tee', 'collections/9': 'Küche' }

const conditions = (terms: { goods?: Goods; purchases?: Purchases }, locale: 'de' | 'en', titles = {}) =>
  rewardConditions({ ...first, minimumSpend: null, ...terms } as never, {
    ...wording(locale, { currency: 'EUR', timeZone: 'Europe/Berlin' }),
    titles,
  }).slice(0, -1)

test.each([
  ['de', { kind: 'products', ids: ['1', '2'] }, 'nur auf Kaffee und Tee'],
  ['de', { kind: 'collections', ids: ['9'] }, 'nur auf Artikel aus der Kategorie Küche'],
  ['de', COFFEE, 'nur auf Kaffee, Tee und 3 weitere Artikel'],
  ['de', { kind: 'products', ids: ['8'] }, 'nur auf einen bestimmten Artikel'],
  ['en', { kind: 'products', ids: ['1', '2'] }, 'only on Kaffee and Tee'],
  ['en', { kind: 'collections', ids: ['9'] }, 'only on items from Küche'],
] as const)('%s: what a code is good for is told: %j', (locale, goods, text) => {
  expect(conditions({ goods: goods as Goods }, locale, TITLES)).toEqual([text])
})

test.each([
  ['de', 'subscription', 1, 'nur für Abonnements, auf die erste Bestellung'],
  ['de', 'subscription', 3, 'nur für Abonnements, auf die ersten 3 Bestellungen'],
  ['de', 'both', null, 'auch für Abonnements, auf jede Bestellung'],
  ['en', 'both', 1, 'for subscriptions, too, on the first order'],
  ['en', 'subscription', null, 'only for subscriptions, on every order'],
] as const)('%s: how it is bought is told: %s, %s', (locale, of, cycles, text) => {
  expect(conditions({ purchases: { of, cycles } }, locale)).toEqual([text])
})

test('a reward of before says nothing of it', () => {
  expect(conditions({}, 'de')).toEqual([])
  expect(Object.keys(reward.parse(first))).not.toContain('goods')
  expect(Object.keys(reward.parse(first))).not.toContain('purchases')
})

test('no more goods than Shopify tells at once, and at least one', () => {
  const goods = (ids: string[]) => reward.safeParse({ ...first, goods: { kind: 'products', ids } }).success
  expect(goods(Array.from({ length: MOST_GOODS }, (_, n) => `${n}`))).toBe(true)
  expect(goods(Array.from({ length: MOST_GOODS + 1 }, (_, n) => `${n}`))).toBe(false)
  expect(goods([])).toBe(false)
  expect(goods(['gid://shopify/Product/1'])).toBe(false)
})

test('what is taken of a price of choice is good for the same', () => {
  const chosen = {
    ...first,
    kind: 'flexible-amount',
    amount: '1.00',
    leastPoints: null,
    mostPoints: null,
    cartShare: null,
    goods: COFFEE,
    purchases: { of: 'both', cycles: 2 },
  } as unknown as Reward
  expect(takenFor(chosen, 2 * chosen.cost, 'EUR')).toMatchObject({
    kind: 'amount-off',
    goods: COFFEE,
    purchases: { of: 'both', cycles: 2 },
  })
})
