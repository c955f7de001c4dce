/** A year without an order: list, member's page, widget and panel tell the same tier, before and after. */
import { expect, test } from 'vitest'
import { PRODUCTS } from '../../dev-store/seed/catalogue.ts'
import { type People, usePeople } from './people.ts'
import { PATIENCE } from './visitor.ts'

const people = usePeople()
const NAME = 'Jahrgang Einmalkauf'
const basket = PRODUCTS.find(({ handle }) => handle === 'korb-weidenrute')
const TIERS = ['Bronze', 'Silver', 'Gold']
/** Enough for silver, from 300 euros. */
const PIECES = Math.ceil(30_000 / (basket?.variants[0]?.price ?? Number.NaN))

/** Each of the places says this tier and none of the others. */
async function allTell({ merchant, shopper, words }: People, id: string, tier: string) {
  const told = (text: string) => TIERS.filter((name) => text.includes(words.widget('balance.tier', { name })))
  await expect.poll(async () => told(await shopper.widget()), PATIENCE).toEqual([tier])
  await shopper.openPanel()
  expect(told(await shopper.panel.locator('.stammgast-panel__balance').innerText())).toEqual([tier])
  const badgesAt = async (address: string, heading?: string) => {
    await merchant.open(address, heading)
    const badges = await merchant.app.locator('.Polaris-Badge').allInnerTexts()
    return TIERS.filter((name) => badges.some((text) => text.split('\n').includes(name)))
  }
  await expect.poll(() => badgesAt(`/app/members?q=${id}`), PATIENCE).toEqual([tier])
  expect(await badgesAt(`/app/members/${id}`, NAME)).toEqual([tier])
}

test('a tier that a year without an order takes away is gone in every place', async () => {
  const all = await people('en')
  const { merchant, shopper, store } = all
  await merchant.openAdmin()
  const [first = '', last = ''] = NAME.split(' ')
  const id = await store.newCustomer(first, last)
  await shopper.signIn(NAME)
  await shopper.buy([{ handle: basket?.handle ?? '', quantity: PIECES }])
  await allTell(all, id, 'Silver')
  await store.moveClock('year', 'hour')
  await allTell(all, id, 'Bronze')
})
