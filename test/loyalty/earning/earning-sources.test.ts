import { describe, expect, test } from 'vitest'
import type { Source } from '../../../app/domain/earning/sources.ts'
import { type ShopLife, useShopLife } from '../../edge-cases/shop-life.ts'
import { mergePayload } from '../../support/order-payload.ts'

const shops = useShopLife()
const [MARA, NELE] = [7_700_990_011, 7_700_990_022]
const START = '2026-11-01T00:00:00Z'
const BEFORE = '2026-10-20T10:00:00Z'
const JOINED = '2026-11-03T10:00:00Z'

const signUp: Source = { source: 'sign-up', points: 100, active: true }
const newsletter: Source = { source: 'newsletter', points: 50, active: true, confirmedOnly: true }
const open = () => shops.open({ from: START, program: { sources: [signUp, newsletter] } })

const customer = (id: number, state = 'enabled', at = JOINED) => ({
  id,
  admin_graphql_api_id: `gid://shopify/Customer/${id}`,
  updated_at: at,
  state,
  verified_email: true,
  email: 'jemand@beispiel.example',
})
const consent = (id: number, state: string, at: string, level: string | null = 'confirmed_opt_in') => ({
  customer_id: id,
  email_address: 'jemand@beispiel.example',
  email_marketing_consent: { state, opt_in_level: level, consent_updated_at: at },
})
const CONSENT = 'customers_email_marketing_consent/update'
const available = async (life: ShopLife, id: number) => (await life.balance(id))?.available ?? 0

describe('points for opening an account', () => {
  test('are given when Shopify tells that there is one, and are available at once', async () => {
    const life = await open()
    expect(await life.tell('customers/create', customer(MARA))).toMatchObject({ status: 'done' })
    expect(await life.balance(MARA)).toMatchObject({ available: 100, pending: 0, debt: 0 })
    expect(await life.history(MARA)).toMatchObject([{ title: 'Kundenkonto eröffnet', points: 100 }])
    expect(await life.history(MARA, 'en')).toMatchObject([{ title: 'Customer account opened', points: 100 }])
  })

  test('are given to nobody whom a checkout, a file or the staff made a customer', async () => {
    const life = await open()
    for (const state of ['disabled', 'invited', 'declined'])
      await life.tell('customers/create', customer(MARA, state))
    await life.tell('customers/update', customer(MARA, 'enabled'))
    expect(await available(life, MARA)).toBe(0)
    await life.tell('customers/enable', customer(MARA))
    expect(await available(life, MARA)).toBe(100)
  })

  test('are given once, however often and in whatever way it is told', async () => {
    const life = await open()
    for (const at of [JOINED, JOINED, '2026-11-05T10:00:00Z'])
      for (const topic of ['customers/create', 'customers/enable'])
        await life.tell(topic, customer(MARA, 'enabled', at))
    expect(await available(life, MARA)).toBe(100)
  })

  test('are not given for an account from before', async () => {
    const life = await open()
    await life.tell('customers/create', customer(MARA, 'enabled', BEFORE))
    await life.tell('customers/enable', customer(MARA))
    expect(await available(life, MARA)).toBe(0)
  })
})

describe('points for the newsletter', () => {
  test('are given once it is confirmed', async () => {
    const life = await open()
    await life.tell(CONSENT, consent(MARA, 'pending', JOINED, 'single_opt_in'))
    expect(await available(life, MARA)).toBe(0)
    await life.tell(CONSENT, consent(MARA, 'subscribed', '2026-11-03T10:05:00Z'))
    expect(await available(life, MARA)).toBe(50)
  })

  test('go back when it is withdrawn within thirty days, as far as they are there, and never come again', async () => {
    const life = await open()
    await life.tell(CONSENT, consent(MARA, 'subscribed', JOINED))
    await life.tell(CONSENT, consent(MARA, 'unsubscribed', '2026-11-20T10:00:00Z'))
    expect(await available(life, MARA)).toBe(0)
    await life.tell(CONSENT, consent(MARA, 'subscribed', '2026-11-21T10:00:00Z'))
    expect(await available(life, MARA)).toBe(0)
    expect((await life.history(MARA)).map(({ title, points }) => [title, points])).toEqual([
      ['Punkte für den Newsletter zurückgenommen', -50],
      ['Newsletter abonniert', 50],
    ])
  })

  test('stay when it is withdrawn later', async () => {
    const life = await open()
    await life.tell(CONSENT, consent(MARA, 'subscribed', JOINED))
    await life.tell(CONSENT, consent(MARA, 'unsubscribed', '2026-12-05T10:00:00Z'))
    expect(await available(life, MARA)).toBe(50)
  })

  test('are not given to who had it before the program, or took leave of one nobody knew', async () => {
    const life = await open()
    await life.tell(CONSENT, consent(MARA, 'subscribed', BEFORE))
    await life.tell(CONSENT, consent(MARA, 'subscribed', JOINED))
    await life.tell(CONSENT, consent(NELE, 'unsubscribed', JOINED))
    await life.tell(CONSENT, consent(NELE, 'subscribed', '2026-11-04T10:00:00Z'))
    expect([await available(life, MARA), await available(life, NELE)]).toEqual([0, 0])
  })

  test('leave no trace where the program gives nothing for it', async () => {
    const life = await shops.open({ from: START })
    expect(await life.tell(CONSENT, consent(MARA, 'subscribed', JOINED))).toMatchObject({ status: 'ignored' })
    const { rows } = await shops
      .owner()
      .query('SELECT FROM earning_occasion WHERE shop_id = $1', [life.shopId])
    expect(rows).toEqual([])
  })
})

describe('two customers who become one', () => {
  test('keep the points of one of them, and both stand in the history', async () => {
    const life = await open()
    await life.tell('customers/create', customer(MARA))
    await life.tell('customers/create', customer(NELE, 'enabled', '2026-11-04T10:00:00Z'))
    await life.tell('customers/merge', mergePayload(NELE, MARA))
    expect(await life.balance(NELE)).toMatchObject({ available: 100, debt: 0 })
    expect((await life.history(NELE)).map(({ title, points }) => [title, points])).toEqual(
      expect.arrayContaining([
        ['Punkte für das Kundenkonto zurückgenommen', -100],
        ['Kundenkonto eröffnet', 100],
      ]),
    )
    await life.tell('customers/enable', customer(NELE, 'enabled', '2026-11-05T10:00:00Z'))
    await life.tell('customers/create', customer(MARA, 'enabled', '2026-11-06T10:00:00Z'))
    expect(await available(life, NELE)).toBe(100)
  })
})

test('two deliveries at once give the points once', async () => {
  const life = await open()
  await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      life.tell('customers/enable', customer(MARA, 'enabled', `2026-11-03T10:00:0${i}Z`)),
    ),
  )
  expect(await available(life, MARA)).toBe(100)
})
