/**
 * The whole path on a freshly started product, in German and again in English: a campaign is published, an order
 * earns double, points become a code, the code pays, a refund takes points back, and every line is explained.
 */
import { expect, test } from 'vitest'
import { starterProgram } from '../../app/domain/templates/program-template.ts'
import { PRODUCTS, type SeedProduct } from '../../dev-store/seed/catalogue.ts'
import { expectFaultlessBook, memberNow, usePeople, worth } from './people.ts'
import { PATIENCE } from './visitor.ts'
import { type Locale, pattern } from './words.ts'

const [reward] = starterProgram('EUR', 'Europe/Berlin').rewards
const people = usePeople({ idles: true })

/** Nobody else buys as these: at the edge of a tier a refund would take points of the other order, too. */
const CAMPAIGNS = {
  de: { de: 'Küchenwochen', en: 'Kitchen weeks', collection: 'kueche', shopper: 'Frida Vorlage' },
  en: { de: 'Papierwochen', en: 'Paper weeks', collection: 'papeterie', shopper: 'Oliver Placeholder' },
}
const collections = Object.values(CAMPAIGNS).map(({ collection }) => collection)
const simple = ({ variants, giftCard }: SeedProduct) => variants.length === 1 && !giftCard
const priceOf = ({ variants }: SeedProduct) => variants[0]?.price ?? Number.NaN
const plain = PRODUCTS.find(
  (one) => simple(one) && priceOf(one) > 1500 && !one.collections.some((name) => collections.includes(name)),
) as SeedProduct

test.each(['de', 'en'] as const)('from the campaign to the explained refund (%s)', async (locale: Locale) => {
  const campaign = CAMPAIGNS[locale]
  const doubled = PRODUCTS.find((one) => simple(one) && one.collections.includes(campaign.collection))
  if (!doubled || !plain || !reward) throw new Error('The practice shop lacks an article for this test.')
  const { page, words, merchant, shopper, store } = await people(locale)

  // The merchant publishes a campaign, and sees to it that the shopper can afford a reward.
  await merchant.openAdmin()
  await merchant.publishDoublePoints(campaign)
  const customerId = await shopper.signIn(campaign.shopper)
  await merchant.give(customerId, reward.cost, 'Zum Kennenlernen')
  const start = await memberNow(customerId)
  expect(start.available).toBeGreaterThanOrEqual(reward.cost)

  // The shopper buys: three pieces that count double, one that does not.
  await shopper.fillCart([
    { handle: doubled.handle, quantity: 3 },
    { handle: plain.handle, quantity: 1 },
  ])
  const earned = worth({ doubled: 3 * priceOf(doubled), plain: priceOf(plain) }, start.tier)
  await shopper.goToCheckout()
  await page.getByText(words.checkout('earn', { points: words.points(earned) })).waitFor()
  const order = await shopper.pay()
  const earnedText = words.checkout('order.pending', { points: words.points(earned) })
  await page.getByText(pattern(earnedText)).waitFor()
  const afterOrder = await memberNow(customerId)
  expect(afterOrder.earned - start.earned).toBe(earned)

  // The widget shows it without a request, the panel says why.
  const pending = words.widget('balance.pending', { amount: words.points(afterOrder.pending) })
  await expect
    .poll(async () => {
      await page.goto(shopper.at('/'))
      return page.locator('.stammgast-balance').first().innerText()
    }, PATIENCE)
    .toContain(pending)
  await shopper.openPanel()
  expect(await shopper.newestEntry()).toEqual({
    text: words.surfaces('title.order', { order }),
    points: words.signed(earned),
    status: expect.stringContaining(words.widget('panel.status_pending')),
  })
  await shopper.panel.locator('[data-key="why-0"]').click()
  await shopper.panel.getByText(campaign[locale]).first().waitFor()

  // Points become a code, and the code pays a part of the next order.
  const rewardName = reward.name[locale] ?? ''
  const code = await shopper.redeem(rewardName, reward.cost)
  expect(await memberNow(customerId)).toMatchObject({ held: start.held + reward.cost })
  await shopper.panel.getByRole('button', { name: words.widget('panel.close'), exact: true }).click()
  const before = await memberNow(customerId)
  await shopper.fillCart([{ handle: plain.handle, quantity: 1 }])
  await shopper.goToCheckout()
  await shopper.applyCode(code)
  const secondEarned = worth({ plain: priceOf(plain) - 500 }, before.tier)
  await page.getByText(words.checkout('earn', { points: words.points(secondEarned) })).waitFor()
  const second = await shopper.pay()
  const secondText = words.checkout('order.pending', { points: words.points(secondEarned) })
  await page.getByText(pattern(secondText)).waitFor()
  await expect.poll(async () => (await memberNow(customerId)).held, PATIENCE).toBe(start.held)
  await shopper.openPanel()
  expect(await shopper.panel.locator('.stammgast-code').count()).toBe(0)

  // One of three pieces goes back: exactly its points are taken.
  const left = worth({ doubled: 2 * priceOf(doubled), plain: priceOf(plain) }, start.tier)
  const untouched = await memberNow(customerId)
  await store.refund(order, doubled.title, 1)
  const refunded = words.surfaces('title.order-refunded', { order })
  await expect
    .poll(async () => {
      await shopper.openPanel()
      return shopper.newestEntry()
    }, PATIENCE)
    .toMatchObject({ text: refunded, points: words.signed(left - earned) })
  const end = await memberNow(customerId)
  expect(end.earned - untouched.earned).toBe(left - earned)
  expect(end.available + end.pending - untouched.available - untouched.pending).toBe(left - earned)
  await shopper.panel
    .getByText(words.widget('balance.pending', { amount: words.points(end.pending) }), { exact: true })
    .waitFor()

  // The member's page explains every line, these among them.
  const lines = await merchant.explained(customerId)
  expect(lines.length).toBeGreaterThanOrEqual(6)
  for (const { title, reasons } of lines) {
    expect(reasons.length, title).toBeGreaterThan(0)
    for (const text of [title, ...reasons]) expect(text).toMatch(/^(?!.*(\{\{|undefined|NaN|:\w+\.)).{3,}/)
  }
  const line = (title: string) => lines.find((one) => one.title === title)
  expect(line(words.surfaces('title.order', { order }))?.reasons.join() ?? '').toContain(campaign[locale])
  expect(line(refunded)).toMatchObject({ points: `−${words.points(earned - left)}` })
  expect(
    line(words.surfaces('title.redemption-capture', { reward: rewardName }))?.reasons.join() ?? '',
  ).toContain(words.surfaces('detail.used-in', { code, order: second }))
  expect(line(words.surfaces('title.adjustment-plus'))?.reasons.join() ?? '').toContain('Zum Kennenlernen')
})

test('the book is without a fault', expectFaultlessBook)
