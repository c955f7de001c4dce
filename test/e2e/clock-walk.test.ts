/**
 * What happens after an order, as merchant and shopper see it, in German and again in English: refunds, edits, a
 * cancellation after redeeming, a merge, lost deliveries found by reconciliation, and an expiry with its warning. The
 * practice store's clock is moved for it. What each step is worth is worked out here, apart from the app.
 */
import { expect, test } from 'vitest'
import { starterProgram } from '../../app/domain/templates/program-template.ts'
import { PRODUCTS, type SeedProduct } from '../../dev-store/seed/catalogue.ts'
import { expectFaultlessBook, type Member, memberNow, type People, usePeople, worth } from './people.ts'
import { PATIENCE } from './visitor.ts'
import { type Locale, pattern } from './words.ts'

const people = usePeople()
const [reward] = starterProgram('EUR', 'Europe/Berlin').rewards
if (reward?.kind !== 'amount-off') throw new Error('The first reward takes no amount off.')
const { cost } = reward
const OFF_CENTS = Number(reward.amount) * 100

const articleOf = (handle: string) => PRODUCTS.find((one) => one.handle === handle) as SeedProduct
/** In no collection that another test doubles. 42.90 a piece: nearly every sum has to be rounded down. */
const basket = articleOf('korb-weidenrute')
const oil = articleOf('olivenoel-steinmuehle')
const priceOf = ({ variants }: SeedProduct) => variants[0]?.price ?? Number.NaN
const GIFT = 200
const MONTHS = 2
const WARN_DAYS = 14

const CAST = {
  de: { first: 'Uhra', last: 'Vorspiel', other: 'Zweitkonto', expiry: 'after-earning' },
  en: { first: 'Clocky', last: 'Fastforward', other: 'Duplicate', expiry: 'after-inactivity' },
} as const

interface Walk extends People {
  locale: Locale
  id: string
  rewardName: string
  /** Waits until the book says so of the member. */
  books(wanted: Partial<Member>): Promise<Member>
  /** And until the widget shows it. */
  stands(wanted: Partial<Member>): Promise<Member>
  /** In the app's page of the member. */
  sees(text: string | RegExp): Promise<void>
  /** Pictures of all that shows the member's points, where pictures are wanted at all. */
  look(step: string): Promise<void>
}

async function begin(locale: Locale): Promise<Walk> {
  const all = await people(locale)
  const { merchant, shopper, store } = all
  const { first, last, expiry } = CAST[locale]
  await merchant.openAdmin()
  await merchant.publishExpiry(expiry, MONTHS, WARN_DAYS)
  const id = await store.newCustomer(first, last)
  await shopper.signIn(`${first} ${last}`)
  const books = (wanted: Partial<Member>) => bookOf(id, wanted)
  const stands = async (wanted: Partial<Member>) => {
    const found = await books(wanted)
    await expect
      .poll(async () => missingIn(await shopper.widget(), balanceTexts(all, found)), PATIENCE)
      .toEqual([])
    return found
  }
  const sees = async (text: string | RegExp) => {
    await merchant.open(`/app/members/${id}`)
    await merchant.app.getByText(text, { exact: true }).first().waitFor()
  }
  const look = (step: string) => lookAround(all, id, step)
  return { ...all, locale, id, books, stands, sees, look, rewardName: reward?.name[locale] ?? '' }
}

/** Storefront, panel and the app's page of the member. */
async function lookAround(people: People, id: string, step: string) {
  const { shopper, merchant, words, picture } = people
  if (!people.picturesWanted) return
  await shopper.widget()
  await picture(`${step}-storefront`)
  await shopper.openPanel()
  await picture(`${step}-panel`)
  await shopper.tab('history').click()
  await shopper.panel.locator('summary').first().click()
  await picture(`${step}-panel-history`)
  await merchant.open(`/app/members/${id}`)
  await merchant.app
    .getByRole('button', { name: words.app('members:history.why') })
    .first()
    .click()
  await picture(`${step}-member`)
}

async function bookOf(id: string, wanted: Partial<Member>): Promise<Member> {
  let found: Member | undefined
  const ask = async () => {
    found = await memberNow(id)
    return found
  }
  await expect.poll(ask, PATIENCE).toMatchObject(wanted)
  return found as Member
}

/** What the widget says of a balance. */
function balanceTexts({ words }: People, { available, pending, debt }: Member): string[] {
  const texts = [`${words.points(available)} ${words.widget('balance.available')}`]
  if (pending > 0) texts.push(words.widget('balance.pending', { amount: words.points(pending) }))
  if (debt > 0) texts.push(words.widget('balance.debt', { amount: words.points(debt) }))
  return texts
}

const missingIn = (shown: string, texts: string[]) => texts.filter((text) => !shown.includes(text))

/** Two refunds in part, an edit upward (owed first, then paid) and an edit downward: what is left is worth, each time. */
async function orderChanges({ shopper, store, words, books, stands, look }: Walk): Promise<string> {
  const of = (pieces: number) => worth({ plain: pieces * priceOf(basket) }, 'bronze')
  const order = await shopper.buy([{ handle: basket.handle, quantity: 14 }])
  await books({ pending: of(14) })
  await store.refund(order, basket.title, 1)
  await books({ pending: of(13) })
  await store.refund(order, basket.title, 1)
  await books({ pending: of(12) })
  await store.setPieces(order, basket.title, 14)
  await store.markPaid(order)
  await books({ pending: of(14) })
  await store.setPieces(order, basket.title, 13)
  await stands({ pending: of(13), available: 0, earned: of(13) })
  await shopper.openPanel()
  const title = (key: string) => words.surfaces(`title.${key}`, { order })
  expect((await shopper.entries()).map(({ text, points }) => [text, points])).toEqual([
    [title('order-lowered'), words.signed(of(13) - of(14))],
    [title('order-raised'), words.signed(of(14) - of(12))],
    [title('order-refunded'), words.signed(of(12) - of(13))],
    [title('order-refunded'), words.signed(of(13) - of(14))],
    [title('order'), words.signed(of(14))],
  ])
  await look('1-changes')
  return order
}

/** The order that a code paid is cancelled: its points come back, once, though every delivery comes twice. */
async function cancelAfterRedeeming({
  shopper,
  store,
  words,
  books,
  stands,
  rewardName,
  look,
}: Walk): Promise<void> {
  await store.moveClock('month')
  const before = await stands({ pending: 0 })
  await shopper.openPanel()
  const code = await shopper.redeem(rewardName, cost)
  const order = await shopper.buy([{ handle: oil.handle, quantity: 2 }], code)
  const earned = worth({ plain: 2 * priceOf(oil) - OFF_CENTS }, before.tier)
  await books({ available: before.available - cost, held: 0, pending: earned, redeemed: cost })
  await store.disturb({ duplicate: 100 })
  await store.cancel(order)
  await stands({ available: before.available, held: 0, pending: 0, redeemed: 0 })
  await store.disturb({ duplicate: 0 })
  await shopper.openPanel()
  const back = words.surfaces('title.redemption-return', { reward: rewardName })
  const returned = (await shopper.entries()).filter(({ text }) => text === back)
  expect(returned.map(({ points, reasons }) => [points, reasons[0]])).toEqual([
    [words.signed(cost), words.surfaces('detail.returned.order-cancelled')],
  ])
  await look('2-returned')
}

/** An order, and the tier by which it is judged in the end. */
interface Placed {
  order: string
  tier: string
}

/** The order whose points were spent is cancelled: a debt, told to both, that the next points repay first. */
async function cancelWhatWasSpent(walk: Walk, order: string): Promise<Placed> {
  const { merchant, shopper, store, words, id, books, stands, sees, look, picture } = walk
  await shopper.openPanel()
  const code = await shopper.redeem(walk.rewardName, cost)
  const paidWithCode = await shopper.buy([{ handle: oil.handle, quantity: 2 }], code)
  const { available } = await books({ held: 0, redeemed: cost })
  await store.cancel(order)
  const spent = worth({ plain: 13 * priceOf(basket) }, 'bronze')
  const debt = words.points(spent - available)
  // What had lifted the second order into its tier is gone within its trial: it is judged anew.
  const pending = worth({ plain: 2 * priceOf(oil) - OFF_CENTS }, 'bronze')
  await stands({ available: 0, pending, debt: spent - available })
  await look('3-debt')
  await shopper.openPanel()
  const title = words.surfaces('title.order-cancelled', { order })
  expect((await shopper.entries()).find(({ text }) => text === title)).toMatchObject({
    points: words.signed(-spent),
    reasons: expect.arrayContaining([words.surfaces('detail.owed', { points: debt })]),
  })
  await shopper.tab('rewards').click()
  await shopper.panel.getByText(words.widget('panel.reason.debt'), { exact: true }).first().waitFor()
  await picture('3-debt-panel-rewards')
  await sees(words.app('members:debt.title', { points: debt }))
  await merchant.give(id, spent - available + GIFT, 'Kulanz')
  await books({ available: GIFT, debt: 0 })
  return { order: paidWithCode, tier: 'bronze' }
}

/** Two accounts of one person become one: nothing is lost, and the old address leads to the common account. */
async function mergeAccounts({
  merchant,
  store,
  words,
  id,
  locale,
  stands,
  look,
  picture,
}: Walk): Promise<void> {
  const { first, last, other } = CAST[locale]
  const otherId = await store.newCustomer(first, other)
  await bookOf(otherId, { available: 0 })
  await merchant.give(otherId, GIFT, 'Kulanz')
  const before = await memberNow(id)
  await store.merge(id, otherId)
  const available = before.available + GIFT
  await stands({ available, pending: before.pending })
  expect(await memberNow(otherId)).toMatchObject({ available })
  await merchant.open(`/app/members/${otherId}`, `${first} ${last}`)
  await merchant.app.getByText(words.app('members:page.merged'), { exact: true }).waitFor()
  await merchant.historyItem(words.surfaces('title.merge-in')).first().waitFor()
  await picture('4-merged-other-address')
  await look('4-merged')
}

/** Every delivery of an order and of a refund is lost; the report says what was missing, and why. */
async function lostDeliveries(walk: Walk, { order: refunded, tier }: Placed): Promise<void> {
  const { merchant, shopper, store, words, id, stands, picture } = walk
  const before = await memberNow(id)
  await store.disturb({ drop: 100 })
  const unknown = await shopper.buy([{ handle: oil.handle, quantity: 1 }])
  await store.refund(refunded, oil.title, 1)
  await store.disturb({ drop: 0 })
  expect(await memberNow(id)).toEqual(before)
  const { told, repairs } = await merchant.reconcile()
  const why = (reason: string) => words.app(`operations:reconciliation.why.${reason}`)
  const earned = worth({ plain: priceOf(oil) }, before.tier)
  const left = worth({ plain: priceOf(oil) - OFF_CENTS / 2 }, tier)
  const { number, points } = words
  expect(told).toMatch(pattern(words.app('operations:reconciliation.told')))
  expect(repairs).toEqual([
    [
      refunded,
      why('refunded'),
      words.app('operations:reconciliation.fromTo', { before: number(before.pending), after: points(left) }),
    ],
    [unknown, why('unknown'), words.app('operations:reconciliation.fromNothing', { after: points(earned) })],
  ])
  await picture('5-report')
  await stands({ available: before.available, pending: left + earned })
}

/** The warning is shown to both before anything lapses, and what has lapsed says when that was told. */
async function pointsLapse({ shopper, store, words, stands, sees, look }: Walk): Promise<void> {
  await store.moveClock('month')
  const { available } = await stands({ pending: 0 })
  await store.moveClock('week', 'week', 'week')
  const soon = words.widget('balance.expiring', { amount: words.points(available) })
  const lapsing = async () => {
    await shopper.openPanel()
    return shopper.panel.locator('.stammgast-expiring li').allInnerTexts()
  }
  await expect.poll(lapsing, PATIENCE).toEqual([expect.stringMatching(pattern(soon))])
  await expect.poll(() => shopper.widget(), PATIENCE).toContain(soon.split(' {{')[0])
  await sees(pattern(words.app('members:lapses.told')))
  await look('6-warning')
  await store.moveClock('month')
  await stands({ available: 0, pending: 0 })
  await look('7-lapsed')
}

/** The member's page explains every line of all this; the lines add up to what there is. */
async function everyLineIsExplained({ merchant, words, id, picture }: Walk, order: string): Promise<void> {
  const lines = await merchant.explained(id)
  await picture('8-every-line')
  for (const { title, reasons } of lines) {
    expect(reasons.length, title).toBeGreaterThan(0)
    for (const text of [title, ...reasons]) expect(text).toMatch(/^(?!.*(\{\{|undefined|NaN|:\w+\.)).{3,}/)
  }
  const reasonsOf = (key: string, values = {}) =>
    lines
      .filter(({ title }) => title === words.surfaces(`title.${key}`, values))
      .map(({ reasons }) => reasons.join('\n'))
  expect(reasonsOf('order-refunded', { order })).toHaveLength(2)
  // Of the two edits the later one took a piece away.
  const [lowered = '', raised = ''] = reasonsOf('order-lowered', { order })
  const removed = words.surfaces('detail.out.removed').split('{{')[0] ?? ''
  expect([lowered.includes(removed), raised.includes(removed)]).toEqual([true, false])
  const told = words.surfaces('detail.warned').split('{{')[0]
  for (const reasons of reasonsOf('expiry')) expect(reasons).toContain(told)
  const repaid = words.surfaces('detail.repaid', { points: words.points(cost) })
  expect(reasonsOf('adjustment-plus')).toEqual(expect.arrayContaining([expect.stringContaining(repaid)]))
}

test.each(['de', 'en'] as const)('whatever happens after the order is plain to see (%s)', async (locale) => {
  const walk = await begin(locale)
  const order = await orderChanges(walk)
  await cancelAfterRedeeming(walk)
  const paidWithCode = await cancelWhatWasSpent(walk, order)
  await mergeAccounts(walk)
  await lostDeliveries(walk, paidWithCode)
  await pointsLapse(walk)
  await everyLineIsExplained(walk, order)
  // Other tests of the same shop lose no points by this one.
  await walk.merchant.publishExpiry('never')
})

test('the book is without a fault', expectFaultlessBook)
