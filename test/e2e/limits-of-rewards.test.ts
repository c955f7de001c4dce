/** The limits of a reward in the merchant's form, in German and again in English, and on a telephone. */
import { afterEach, expect, test } from 'vitest'
import { PRACTICE, violations } from './accessibility.ts'
import { draftOf, frameOf, send } from './draft.ts'
import { type People, usePeople } from './people.ts'

const people = usePeople()
let last: People | undefined

/** Other files publish the draft: here nothing may be left in it. */
afterEach(async () => {
  if (!last) return
  await last.merchant.open('/app/program/rewards')
  const { revision } = await draftOf(last.page)
  await send(last.page, { intent: 'discard', revision })
  last = undefined
})

test.each([
  ['de', 1280],
  ['en', 390],
] as const)('limits are typed in, told in words and kept (%s, %d px)', async (locale, width) => {
  const persons = await people(locale, width)
  last = persons
  const { page, merchant, words, picture } = persons
  await page.goto(`${merchant.origin}/admin/locale?to=${locale}`)
  await merchant.open('/app/program/rewards/amount-5')
  const field = (name: string) => merchant.app.getByLabel(words.app(`rewards:${name}`), { exact: true })
  await field('limits.form.perMember').selectOption('month')
  await field('limits.form.times').fill('2')
  await field('limits.form.stock').fill('50')
  await field('limits.form.start').fill('2026-06-01T00:00')
  await field('limits.form.firstOrder').check()
  await field('code.combinesWith.order').check()
  const told = [
    words.app('rewards:limits.times.month', { count: 2 }),
    words.app('rewards:limits.stock', { number: '50' }),
  ].join(' · ')
  await merchant.app.getByText(told).waitFor()
  await picture('limits')
  expect(await violations(frameOf(page), PRACTICE)).toEqual([])
  await page.getByRole('button', { name: words.app('action.save'), exact: true }).click()
  const limits = { perMember: { times: 2, per: 'month' }, stock: 50, firstOrder: true }
  await expect
    .poll(async () => (await draftOf(page)).document.rewards.find((one) => 'limits' in one))
    .toMatchObject({ limits, combines: { order: true, product: true, shipping: true } })
})
