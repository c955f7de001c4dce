import { beforeAll, expect, test } from 'vitest'
import { asKind, kindOf, type Reward } from '../../app/domain/rewards/kinds.ts'
import { DAY_MS } from '../../app/domain/time/time-window.ts'
import { adjustPoints } from '../../app/loyalty/members/adjust-points.ts'
import { issueReward } from '../../app/loyalty/rewards/issue-reward.ts'
import { redeemReward } from '../../app/loyalty/rewards/redeem-reward.ts'
import { type Shop, shopById } from '../../app/loyalty/shop/shop-of-request.ts'
import { openMemberPage } from '../../app/loyalty/surfaces/read-member-page.ts'
import { readPanelCode, readPanelHistory } from '../../app/loyalty/surfaces/read-panel.ts'
import { meet, silentAdmin } from '../support/member.ts'
import { useOperationsShop } from '../support/operations-shop.ts'
import { testProgram } from '../support/program.ts'
import { publish } from '../support/shop.ts'

/** What the merchant reads of store credit that is being made, was refused, or was given. */
const ours = useOperationsShop()
const { pages } = ours
const DAYS = 90
const NAME = { de: 'Dankeschön', en: 'Thank you' }
let shop: Shop
let customerId = ''
let wishes = 0

beforeAll(async () => {
  shop = (await shopById(ours.shopId)) as Shop
  customerId = ours.customers[0]?.id ?? ''
  const [first] = testProgram().rewards as [Reward]
  const kind = asKind({ ...first, id: 'credit', name: NAME, cost: 100 }, 'store-credit')
  const credit = { ...kind, creditDays: DAYS } as Reward
  const program = testProgram({ rewards: [credit] })
  await publish(ours.database.owner(), shop.shopId, 90, program, new Date().toISOString())
  await meet(shop.shopId, customerId)
  const gift = { points: 500, reason: 'Test', actor: 'staff:1', key: 'a-gift-for-credit' }
  await adjustPoints({ shop, customerId, ...gift, now: Date.now() }, silentAdmin)
  pages.harness.pass(Date.now() - pages.harness.store.now())
})

async function redeem() {
  const wish = { customerId, rewardId: 'credit', price: 100, requestKey: `credit-wished-for-${++wishes}` }
  const { redemptionId } = await redeemReward({ shop, ...wish, now: Date.now() })
  return { shopId: shop.shopId, redemptionId }
}

/** The shop has given the app these rights to store credit, and no others to it. */
function allow(scopes: readonly string[]): void {
  const { store } = pages.harness
  const { installation } = store
  const granted = (scope: string) =>
    [...scope.split(',').filter((one) => !one.includes('store_credit')), ...scopes].join(',')
  const tokens = installation.tokens.map((token) => ({ ...token, scope: granted(token.scope) }))
  store.installation = { ...installation, scope: granted(installation.scope), tokens }
}

/** The day on which Shopify takes the rest back. */
const end = (locale: 'de' | 'en') => {
  const at = Date.now() + DAYS * DAY_MS
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: shop.timeZone }).format(at)
}

const page = async (locale: 'de' | 'en') =>
  (await pages.open(`/app/members/${customerId}`, { locale })).html
    .replaceAll('<!-- -->', '')
    .replaceAll('\u00a0', ' ')

test('while it is being made it stands among the open rewards, and nobody can take it back', async () => {
  const which = await redeem()
  const german = await page('de')
  for (const words of ['Offene Prämien', 'Dankeschön', 'Wird erstellt', 'Wird in Shopify erstellt.'])
    expect(german).toContain(words)
  expect(german).toContain(`Was davon am ${end('de')} übrig ist, verfällt.`)
  expect(german).not.toContain('Zurücknehmen')
  const english = await page('en')
  for (const words of ['Open rewards', 'Being created in Shopify. If Shopify refuses, the points come back.'])
    expect(english).toContain(words)
  expect(english).not.toContain('Take back')
  expect((await pages.open('/app/members?only=codes')).html).toContain(customerId)

  allow(kindOf('store-credit').scopes ?? [])
  await issueReward(which, Date.now(), false)
  const made = await page('de')
  expect(made).toContain('Keine offenen Prämien.')
  expect((await pages.open('/app/members?only=codes')).html).not.toContain(customerId)
  expect(made).toContain('Shop-Guthaben von 5,00 € gutgeschrieben')
  expect(made).toContain('Für die Prämie „Dankeschön“. Die Punkte dafür sind schon beim Einlösen abgegangen.')
  expect(made).toContain('5,00 € Guthaben wurden dem Kundenkonto gutgeschrieben.')
  // Written for the shopper: on this page it would be the merchant's account.
  expect(made).not.toContain('auf Ihrem Konto')
  const told = await page('en')
  expect(told).toContain('Store credit of €5.00 added')
  expect(told).toContain(`What is left of it on ${end('en')} expires.`)
  expect(told).toContain('€5.00 store credit was added to the customer account.')
  expect((await pages.open('/app')).html).toContain('Prämie „Dankeschön“ eingelöst')
})

test('its line in the history moves no points, and its end is told in the panel as well', async () => {
  allow(kindOf('store-credit').scopes ?? [])
  const which = await redeem()
  await issueReward(which, Date.now(), false)
  const viewed = await openMemberPage(shop, silentAdmin, customerId, 'de', Date.now())
  const [given, reserved] = viewed?.member.history ?? []
  expect(given).toMatchObject({ title: 'Shop-Guthaben von 5,00\u00a0€ gutgeschrieben', points: 0, moved: 0 })
  expect(reserved).toMatchObject({ title: 'Eingelöst: Dankeschön', points: -100 })
  for (const [locale, words] of [
    ['de', `Was davon am ${end('de')} übrig ist, verfällt.`],
    ['en', `What is left of it on ${end('en')} expires.`],
  ] as const) {
    const shopper = { shop, customerId, locale, now: Date.now() }
    const { redemption } = await readPanelCode(shopper, String(which.redemptionId))
    expect(redemption?.given).toContain(words)
    const { history } = await readPanelHistory(shopper, null)
    expect(history[0]?.detail.join(' ')).toContain(words)
  }
})

test('a shop that has not allowed it reads what to do, on the page and at home', async () => {
  allow([])
  await issueReward(await redeem(), Date.now(), false)
  expect(await page('de')).toContain('stimmen Sie den neuen Zugriffsrechten zu.')
  expect(await page('en')).toContain('agree to the new access rights.')
  expect((await pages.open('/app')).html).toContain(
    '„Dankeschön“ ließ sich nicht erstellen: Der App fehlen Zugriffsrechte.',
  )
})
