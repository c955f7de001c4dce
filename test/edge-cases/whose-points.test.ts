import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { withShop } from '../../app/db/db.server.ts'
import { DomainError } from '../../app/domain/text/errors.ts'
import { askForGuestPoints, claimGuestPoints } from '../../app/loyalty/members/claim-guest-points.ts'
import { loader as panel } from '../../app/routes/proxy.panel.ts'
import { closeShopify } from '../../app/shopify.server.ts'
import { openHarness } from '../dev-store/admin-harness.ts'
import { disputePayload, mergePayload, refundOfLine } from '../support/order-payload.ts'
import { proxyCall } from '../support/shopper-requests.ts'
import { LATER, type ShopLife, SMALL_REWARD, SOON, titles, useShopLife } from './shop-life.ts'

const shops = useShopLife()
afterAll(closeShopify)

// Where Shopify is: the practice store's Admin API. What is not verified there is said so by the test.
const shopify = openHarness({ customers: 3, orders: 0 })
const unverified = new Set<string>()
vi.mock('../../app/shopify/shop-admin.ts', () => ({
  shopAdmin: async () => async (document: unknown, options?: { variables?: Record<string, unknown> }) => {
    const answer = await shopify.graphql(String(document), options?.variables)
    if (unverified.has(String(options?.variables?.id))) answer.data.customer.verifiedEmail = false
    return new Response(JSON.stringify(answer))
  },
}))
const [mara, tilo] = shopify.store.customers.all().map(({ id, email }) => ({ id, email })) as [
  { id: number; email: string },
  { id: number; email: string },
]

const CUPS = { price: '10.00', quantity: 3 }

/** The points of a guest's account: nobody sees them, so the book is asked. */
async function waiting(life: ShopLife): Promise<number> {
  const { rows } = await shops.owner().query(
    `SELECT coalesce(sum(pending + available), 0)::int AS points FROM balance JOIN account USING (shop_id, account_id)
      WHERE shop_id = $1 AND guest_hash IS NOT NULL AND merged_into IS NULL`,
    [life.shopId],
  )
  return rows[0].points
}

describe('Guest, registers later', () => {
  test('points wait under the hash of the e-mail, and nobody sees them before a verified login', async () => {
    const life = await shops.open()
    await life.order({ id: 1, email: mara.email.toUpperCase(), lines: [CUPS] })
    await life.order({ id: 2, email: mara.email, lines: [{ price: '5.00' }] })
    expect(await waiting(life)).toBe(35)
    // The same person as a customer, not signed in yet: nothing is claimed.
    await life.order({ id: 3, customer: mara.id, email: mara.email, lines: [{ price: '1.00' }] })
    expect(await life.balance(mara.id)).toMatchObject({ available: 1 })
    const { rows } = await shops
      .owner()
      .query('SELECT guest_hash FROM account WHERE shop_id = $1 AND customer_id IS NULL', [life.shopId])
    expect(rows).toHaveLength(1)
    expect(rows[0].guest_hash).toMatch(/^[0-9a-f]{64}$/)
  })

  test('are claimed once after the login, and told plainly; later guest orders come by themselves', async () => {
    const life = await shops.open()
    await life.order({ id: 1, email: mara.email, lines: [CUPS] })
    await life.order({
      id: 2,
      email: mara.email,
      lines: [{ price: '5.00' }],
      placedAt: '2026-12-09T10:00:00Z',
    })
    expect(await askForGuestPoints(life.shopId, String(mara.id), life.now)).toBe(true)
    expect(await askForGuestPoints(life.shopId, String(mara.id), life.now + 60_000)).toBe(false)
    expect(await life.jobs('claim-guest-points')).toEqual([
      { shopId: life.shopId, customerId: String(mara.id) },
    ])
    const claim = () => claimGuestPoints(life.shopId, String(mara.id), life.now)
    expect(await claim()).toBe('claimed')
    expect(await claim()).toBe('claimed-before')
    expect(await askForGuestPoints(life.shopId, String(mara.id), life.now + 2 * 86_400_000)).toBe(false)
    expect(await life.balance(mara.id)).toMatchObject({ available: 30, pending: 5 })
    expect(await waiting(life)).toBe(0)
    expect(await life.history(mara.id)).toEqual([
      {
        title: 'Punkte aus Ihren Gastbestellungen',
        points: 35,
        detail: [
          'Aus 2 Bestellungen ohne Kundenkonto: #2, #1',
          'Bei der Übernahme noch vorgemerkt: 5 Punkte.',
        ],
      },
    ])
    expect((await life.history(mara.id, 'en'))[0]).toMatchObject({
      title: 'Points from your guest orders',
      detail: ['From 2 orders without a customer account: #2, #1', 'Still pending at that time: 5 points.'],
    })
    expect(await life.panel(mara.id)).toMatchObject({ member: { available: 30, pending: 5 } })

    await life.order({ id: 3, email: mara.email, lines: [{ price: '2.00' }] })
    expect(await life.balance(mara.id)).toMatchObject({ available: 32, pending: 5 })
    // A refund of a claimed order takes from the member.
    await life.order({
      id: 1,
      email: mara.email,
      lines: [{ ...CUPS, current: 2 }],
      refunds: [refundOfLine(1, { id: 1, amount: '10.00' })],
      status: 'partially_refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(mara.id)).toMatchObject({ available: 22, pending: 5 })
    await life.wait(Date.parse('2026-12-30T00:00:00Z'))
    expect(await life.balance(mara.id)).toMatchObject({ available: 27, pending: 0 })
  })

  test('who signs in before the first guest order has the alias already', async () => {
    const life = await shops.open()
    await claimGuestPoints(life.shopId, String(mara.id), life.now)
    await life.order({ id: 1, email: mara.email, lines: [CUPS] })
    expect(await life.balance(mara.id)).toMatchObject({ available: 30 })
    expect((await titles(life, mara.id)).de).toEqual(['Bestellung #1'])
  })

  test('who signs in has opened an account, verified address or not: a new customer gets the points for it', async () => {
    const since = shopify.store.customers.get(tilo.id)?.createdAt ?? ''
    const sources = [{ source: 'sign-up' as const, points: 40, active: true }]
    const [before, after] = [
      await shops.open({ from: since, program: { sources } }),
      await shops.open({ from: new Date(Date.parse(since) + 1000).toISOString(), program: { sources } }),
    ]
    unverified.add(`gid://shopify/Customer/${tilo.id}`)
    for (const life of [before, before, after]) {
      life.now = Date.parse(since) + 86_400_000
      await claimGuestPoints(life.shopId, String(tilo.id), life.now)
    }
    unverified.clear()
    expect(await before.balance(tilo.id)).toMatchObject({ available: 40 })
    expect(await after.balance(tilo.id)).toMatchObject({ available: 0 })
  })

  test('an address that Shopify has not verified claims nothing', async () => {
    const life = await shops.open()
    await life.order({ id: 1, email: tilo.email, lines: [CUPS] })
    unverified.add(`gid://shopify/Customer/${tilo.id}`)
    expect(await claimGuestPoints(life.shopId, String(tilo.id), life.now)).toBe('unverified')
    expect(await life.balance(tilo.id)).toBeNull()
    unverified.clear()
    // Once it is verified, the next look finds them: a day later at the earliest.
    expect(await askForGuestPoints(life.shopId, String(tilo.id), life.now)).toBe(true)
    expect(await claimGuestPoints(life.shopId, String(tilo.id), life.now)).toBe('claimed')
    expect(await life.balance(tilo.id)).toMatchObject({ available: 30 })
  })

  test('a customer that Shopify does not know claims nothing', async () => {
    const life = await shops.open()
    expect(await claimGuestPoints(life.shopId, '4711', life.now)).toBe('unverified')
  })

  test('never across shops', async () => {
    const [one, other] = [await shops.open(), await shops.open()]
    await one.order({ id: 1, email: mara.email, lines: [CUPS] })
    expect(await claimGuestPoints(other.shopId, String(mara.id), other.now)).toBe('claimed')
    expect(await other.balance(mara.id)).toMatchObject({ available: 0 })
    expect(await waiting(one)).toBe(30)
  })

  test('what one customer claimed no other one gets', async () => {
    const life = await shops.open()
    await life.order({ id: 1, email: mara.email, lines: [CUPS] })
    await claimGuestPoints(life.shopId, String(mara.id), life.now)
    const before = shopify.store.customers.get(tilo.id)
    shopify.store.customers.put({ ...(before as NonNullable<typeof before>), email: mara.email })
    expect(await claimGuestPoints(life.shopId, String(tilo.id), life.now)).toBe('claimed-before')
    shopify.store.customers.put(before as NonNullable<typeof before>)
    expect(await life.balance(mara.id)).toMatchObject({ available: 30 })
    expect(await life.balance(tilo.id)).toMatchObject({ available: 0 })
  })

  describe('A11: an address that its former holder gave up', () => {
    const give = (to: number) => {
      for (const one of [mara, tilo]) {
        const before = shopify.store.customers.get(one.id)
        const email = one.id === to ? mara.email : `${one.id}@elsewhere.example`
        if (before) shopify.store.customers.put({ ...before, email })
      }
    }
    afterEach(() => {
      for (const { id, email } of [mara, tilo]) {
        const before = shopify.store.customers.get(id)
        if (before) shopify.store.customers.put({ ...before, email })
      }
    })
    const order = (id: number, placedAt: string) => ({ id, email: mara.email, lines: [CUPS], placedAt })
    /** Mara claims, then the address is Tilo's. */
    async function taken() {
      const life = await shops.open()
      await life.order(order(1, '2026-11-01T10:00:00Z'))
      await claimGuestPoints(life.shopId, String(mara.id), life.now)
      give(tilo.id)
      life.now += 86_400_000
      expect(await askForGuestPoints(life.shopId, String(tilo.id), life.now)).toBe(true)
      await claimGuestPoints(life.shopId, String(tilo.id), life.now)
      return life
    }
    const after = new Date(LATER + 2 * 86_400_000).toISOString()

    test('A11: leads to whoever has it now, and what was before stays where it is', async () => {
      const life = await taken()
      await life.order(order(2, after))
      // From before, and told now.
      await life.order(order(3, '2026-11-02T10:00:00Z'))
      expect(await life.balance(mara.id)).toMatchObject({ available: 60, pending: 0 })
      expect(await life.balance(tilo.id)).toMatchObject({ available: 0, pending: 30 })
      // Neither sees what the other one did.
      expect((await titles(life, mara.id)).de).toEqual(['Bestellung #3', 'Punkte aus Ihren Gastbestellungen'])
      expect((await titles(life, tilo.id)).de).toEqual(['Bestellung #2'])
      const request = { customer: { id: tilo.id, email: 'tilo@elsewhere.example' }, data_request: { id: 9 } }
      await life.tell('customers/data_request', request)
      const { rows } = await shops
        .owner()
        .query('SELECT export FROM data_request WHERE shop_id = $1', [life.shopId])
      expect(rows[0].export.orders.map((one: { order: string }) => one.order)).toEqual(['2'])
      expect(rows[0].export.entries).toHaveLength(1)
    })

    test('A11: does so when the former holder is redacted, by whatever address, before or after', async () => {
      for (const email of [null, mara.email]) {
        const life = await taken()
        await life.order(order(2, after))
        await life.tell('customers/redact', { customer: { id: mara.id, email, phone: null } })
        life.now += 3 * 86_400_000
        await life.order(order(4, new Date(life.now - 3_600_000).toISOString()))
        await life.order({ ...order(1, '2026-11-01T10:00:00Z'), updatedAt: after })
        expect(await life.balance(mara.id)).toBeNull()
        expect(await life.balance(tilo.id)).toMatchObject({ pending: 60 })
        give(mara.id)
        give(tilo.id)
      }
    })

    test('A11: is claimed back, and asked for again; an answer from before is no later one', async () => {
      const life = await taken()
      // Who has lost an address may have another one by now.
      expect(await askForGuestPoints(life.shopId, String(mara.id), life.now)).toBe(true)
      give(mara.id)
      await claimGuestPoints(life.shopId, String(mara.id), life.now - 1)
      await life.order(order(2, after))
      expect(await life.balance(tilo.id)).toMatchObject({ pending: 30 })
      life.now += 86_400_000
      await claimGuestPoints(life.shopId, String(mara.id), life.now)
      await life.order(order(3, new Date(life.now + 1000).toISOString()))
      expect(await life.balance(tilo.id)).toMatchObject({ pending: 30 })
      expect(await life.balance(mara.id)).toMatchObject({ available: 30, pending: 30 })
    })

    test('A11: is asked about when Shopify tells of who has it, or of a new address of who had claimed one', async () => {
      const life = await shops.open()
      const news = (id: number, email: string) =>
        life.tell('customers/update', { id, email, state: 'enabled', verified_email: true })
      await claimGuestPoints(life.shopId, String(mara.id), life.now)
      await news(mara.id, mara.email)
      await news(tilo.id, 'nobody-ordered@elsewhere.example')
      expect(await life.jobs('claim-guest-points')).toEqual([])
      await news(mara.id, 'nobody-ordered@elsewhere.example')
      await news(tilo.id, mara.email)
      expect((await life.jobs('claim-guest-points')).map(({ customerId }) => customerId)).toEqual([
        String(mara.id),
        String(tilo.id),
      ])
    })

    test('A11: goes to one of two who ask at once, and to the other later', async () => {
      const life = await taken()
      give(mara.id)
      life.now += 86_400_000
      await Promise.all([1, 2, 3].map(() => claimGuestPoints(life.shopId, String(mara.id), life.now)))
      const { rows } = await shops
        .owner()
        .query(`SELECT count(*)::int AS n FROM account WHERE shop_id = $1 AND guest_hash IS NOT NULL`, [
          life.shopId,
        ])
      expect(rows).toEqual([{ n: 3 }])
    })
  })

  test('an enabled account with a verified address claims on Shopify’s news, and only then', async () => {
    const life = await shops.open()
    await life.order({ id: 1, email: mara.email, lines: [CUPS] })
    const customer = {
      id: mara.id,
      admin_graphql_api_id: `gid://shopify/Customer/${mara.id}`,
      email: mara.email,
    }
    const news = (state: string, verified_email: boolean) =>
      life.tell('customers/update', { ...customer, state, verified_email })
    await news('disabled', true)
    await news('invited', true)
    await news('enabled', false)
    expect(await life.jobs('claim-guest-points')).toEqual([])
    await news('enabled', true)
    expect(await life.jobs('claim-guest-points')).toHaveLength(1)
  })

  test('a claimed guest goes along when the customer is merged', async () => {
    const life = await shops.open()
    await life.order({ id: 1, email: mara.email, lines: [CUPS] })
    await claimGuestPoints(life.shopId, String(mara.id), life.now)
    await life.tell('customers/merge', mergePayload(99, mara.id))
    await life.order({ id: 2, email: mara.email, lines: [{ price: '4.00' }] })
    expect(await life.balance(99)).toMatchObject({ available: 34 })
    expect((await titles(life, 99)).de).toEqual([
      'Bestellung #2',
      'Aus einem zusammengeführten Konto',
      'An ein zusammengeführtes Konto (früheres Konto)',
      'Punkte aus Ihren Gastbestellungen (früheres Konto)',
    ])
  })

  test('a chargeback on a guest order goes along with the claim', async () => {
    const life = await shops.open()
    await life.order({ id: 1, email: mara.email, lines: [CUPS] })
    await life.tell('disputes/create', disputePayload({ id: 8, order: 1, status: 'needs_response' }))
    await claimGuestPoints(life.shopId, String(mara.id), life.now)
    expect(await life.balance(mara.id)).toMatchObject({ available: 0, held: 30 })
    await life.tell('disputes/update', disputePayload({ id: 8, order: 1, status: 'won' }))
    expect(await life.balance(mara.id)).toMatchObject({ available: 30, held: 0 })
  })

  test('two claims at once are one', async () => {
    const life = await shops.open()
    await life.order({ id: 1, email: mara.email, lines: [CUPS] })
    const both = await Promise.all(
      [1, 2, 3].map(() => claimGuestPoints(life.shopId, String(mara.id), life.now)),
    )
    expect(both.sort()).toEqual(['claimed', 'claimed-before', 'claimed-before'])
    expect(await life.balance(mara.id)).toMatchObject({ available: 30 })
  })
})

describe('Till order without customer', () => {
  test('is unattributed, and its points come with the customer who is attached once', async () => {
    const life = await shops.open()
    const till = { id: 1, source: 'pos', lines: [CUPS] }
    await life.order(till)
    const { rows } = await shops
      .owner()
      .query('SELECT account_id, worth FROM order_state WHERE shop_id = $1', [life.shopId])
    expect(rows).toEqual([{ account_id: null, worth: '30' }])
    const attached = { ...till, customer: 5, updatedAt: '2026-11-02T10:00:00Z' }
    await life.order(attached)
    await life.order(attached)
    expect(await life.balance(5)).toMatchObject({ available: 30 })
    expect(await life.history(5)).toHaveLength(1)
  })

  test('a refund before the customer is attached counts as well', async () => {
    const life = await shops.open()
    const till = {
      id: 1,
      source: 'pos',
      lines: [{ ...CUPS, current: 1 }],
      refunds: [refundOfLine(1, { id: 1, amount: '20.00', quantity: 2 })],
      status: 'partially_refunded',
    }
    await life.order({ ...till, updatedAt: '2026-11-05T10:00:00Z' })
    await life.order({ ...till, customer: 5, updatedAt: '2026-11-06T10:00:00Z' })
    expect(await life.balance(5)).toMatchObject({ available: 10 })
  })
})

describe('Customer merge', () => {
  test('everything goes to the kept one, totals unchanged; the old id is an alias for ever', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: 1, lines: [CUPS] })
    await life.order({ id: 2, customer: 2, lines: [{ price: '5.00' }] })
    expect(await life.tell('customers/merge', mergePayload(2, 1))).toMatchObject({ status: 'done' })
    expect(await life.tell('customers/merge', mergePayload(2, 1))).toEqual({
      status: 'ignored',
      reason: 'The customers were merged before',
    })
    expect(await life.balance(2)).toMatchObject({ available: 35 })
    expect(await life.balance(1)).toMatchObject({ available: 35 })
    expect((await titles(life, 2)).de[0]).toBe('Aus einem zusammengeführten Konto')
    expect((await titles(life, 2)).en[0]).toBe('From a merged account')
    // News of the old id reach the kept account.
    await life.order({ id: 3, customer: 1, lines: [{ price: '1.00' }] })
    expect(await life.balance(2)).toMatchObject({ available: 36 })
    await life.order({
      id: 1,
      customer: 2,
      lines: [{ ...CUPS, current: 0 }],
      refunds: [refundOfLine(1, { id: 1, amount: '30.00', quantity: 3 })],
      status: 'refunded',
      updatedAt: '2026-11-05T10:00:00Z',
    })
    expect(await life.balance(2)).toMatchObject({ available: 6 })
  })

  test.each(['failed', 'in_progress', 'requested'])('one that is "%s" changes nothing', async (status) => {
    const life = await shops.open()
    await life.order({ id: 1, customer: 1, lines: [CUPS] })
    expect(await life.tell('customers/merge', mergePayload(2, 1, status))).toEqual({
      status: 'ignored',
      reason: `The merge is "${status}", not completed`,
    })
    expect(await life.balance(1)).toMatchObject({ available: 30 })
    expect(await life.balance(2)).toBeNull()
  })

  test.each([
    ['in order', [mergePayload(2, 1), mergePayload(3, 2)]],
    ['the later one first', [mergePayload(3, 2), mergePayload(2, 1)]],
  ])('chains end at the last one, %s', async (_, merges) => {
    const life = await shops.open()
    for (const n of [1, 2, 3]) await life.order({ id: n, customer: n, lines: [CUPS] })
    for (const merge of merges) await life.tell('customers/merge', merge)
    for (const n of [1, 2, 3]) expect(await life.balance(n)).toMatchObject({ available: 90 })
    await life.order({ id: 9, customer: 1, lines: [{ price: '1.00' }] })
    expect(await life.balance(3)).toMatchObject({ available: 91 })
  })

  test('while a code is open: the code goes along and is captured once', async () => {
    const life = await shops.open({ program: { rewards: [SMALL_REWARD] } })
    await life.order({ id: 1, customer: 1, lines: [CUPS] })
    const { code } = await life.redeem(1, 'small')
    await life.tell('customers/merge', mergePayload(2, 1))
    expect(await life.balance(2)).toMatchObject({ available: 10, held: 20 })
    expect(await life.panel(2)).toMatchObject({ codes: [{ code }] })
    await life.order({ id: 2, customer: 2, lines: [{ price: '7.00' }], codes: [code] })
    expect(await life.balance(2)).toMatchObject({ available: 17, held: 0 })
  })

  test('before anybody knows either of them: later orders of both go to one account', async () => {
    const life = await shops.open()
    await life.tell('customers/merge', mergePayload(2, 1))
    await life.order({ id: 1, customer: 1, lines: [CUPS] })
    await life.order({ id: 2, customer: 2, lines: [CUPS] })
    expect(await life.balance(2)).toMatchObject({ available: 60 })
  })
})

describe('Chargeback', () => {
  const open = disputePayload({ id: 8, order: 1, status: 'needs_response' })

  test('open: what is left of the order’s points is held and cannot be spent', async () => {
    const life = await shops.open({ program: { rewards: [SMALL_REWARD] } })
    await life.order({ id: 1, customer: 1, lines: [CUPS] })
    await life.order({ id: 2, customer: 1, lines: [{ price: '5.00' }] })
    expect(await life.tell('disputes/create', open)).toMatchObject({ status: 'done' })
    expect(await life.balance(1)).toEqual({ pending: 0, available: 5, held: 30, debt: 0 })
    expect(await refusal(() => life.redeem(1, 'small'))).toBe('not-enough-points')
    expect(await life.history(1)).toMatchObject([
      {
        title: 'Bestellung #1: Zahlung wird geprüft',
        points: -30,
        detail: ['Die Zahlung wurde beanstandet. Zurückgehalten bis zur Entscheidung der Bank: 30 Punkte.'],
      },
      { points: 5 },
      { points: 30 },
    ])
    expect((await titles(life, 1)).en[0]).toBe('Order #1: payment under review')
    expect(await life.panel(1)).toMatchObject({ member: { available: 5, held: 30 } })
    // Told again, by another standing that is open too: nothing more.
    const again = await life.tell(
      'disputes/update',
      disputePayload({ id: 8, order: 1, status: 'under_review' }),
    )
    expect(again).toEqual({ status: 'ignored', reason: 'This standing of the dispute is known' })
    // An edit or refund meanwhile waits for the decision.
    await life.order({
      id: 1,
      customer: 1,
      lines: [{ ...CUPS, current: 1 }],
      updatedAt: '2026-12-01T10:00:00Z',
    })
    expect(await life.balance(1)).toEqual({ pending: 0, available: 5, held: 30, debt: 0 })
  })

  test('open: what was spent before stays spent, and lost makes it a debt', async () => {
    const life = await shops.open({ program: { rewards: [SMALL_REWARD] } })
    await life.order({ id: 1, customer: 1, lines: [CUPS] })
    const { code } = await life.redeem(1, 'small')
    await life.order({ id: 2, customer: 1, lines: [{ price: '1.00' }], codes: [code] })
    await life.tell('disputes/create', open)
    expect(await life.balance(1)).toEqual({ pending: 0, available: 1, held: 10, debt: 0 })
    await life.tell('disputes/update', disputePayload({ id: 8, order: 1, status: 'lost' }))
    expect(await life.balance(1)).toEqual({ pending: 0, available: 0, held: 0, debt: 19 })
    expect((await titles(life, 1)).de.slice(0, 3)).toEqual([
      'Zahlung zu Bestellung #1 zurückgebucht',
      'Bestellung #1: Prüfung beendet',
      'Bestellung #1: Zahlung wird geprüft',
    ])
    expect((await life.history(1, 'en'))[0]?.detail.join(' ')).toContain('19 points')
  })

  test('lost: reversed', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: 1, lines: [CUPS] })
    await life.tell('disputes/create', open)
    await life.tell('disputes/update', disputePayload({ id: 8, order: 1, status: 'lost' }))
    expect(await life.balance(1)).toEqual({ pending: 0, available: 0, held: 0, debt: 0 })
    // Decided is decided.
    await life.tell('disputes/update', open)
    expect(await life.balance(1)).toEqual({ pending: 0, available: 0, held: 0, debt: 0 })
  })

  test('won: released, and what changed meanwhile is settled', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: 1, lines: [CUPS] })
    await life.tell('disputes/create', open)
    await life.order({
      id: 1,
      customer: 1,
      lines: [{ ...CUPS, current: 2 }],
      updatedAt: '2026-12-01T10:00:00Z',
    })
    await life.tell('disputes/update', disputePayload({ id: 8, order: 1, status: 'won' }))
    expect(await life.balance(1)).toEqual({ pending: 0, available: 20, held: 0, debt: 0 })
    expect((await life.history(1)).map(({ points }) => points)).toEqual([-10, 30, -30, 30])
  })

  test('open while pending: does not mature, says why, and matures when it is won', async () => {
    const life = await shops.open()
    life.now = SOON
    await life.order({ id: 1, customer: 1, lines: [CUPS] })
    await life.tell('disputes/create', open)
    await life.wait(LATER)
    expect(await life.balance(1)).toEqual({ pending: 30, available: 0, held: 0, debt: 0 })
    expect((await life.history(1))[0]?.detail.at(-1)).toBe(
      'Vorgemerkt, bis die Prüfung der Zahlung beendet ist.',
    )
    expect((await life.history(1, 'en'))[0]?.detail.at(-1)).toBe(
      'Pending until the review of the payment is finished.',
    )
    await life.tell('disputes/update', disputePayload({ id: 8, order: 1, status: 'won' }))
    await life.wait(LATER)
    expect(await life.balance(1)).toEqual({ pending: 0, available: 30, held: 0, debt: 0 })
  })

  test('told before its order: the order waits for the decision', async () => {
    const life = await shops.open()
    await life.tell('disputes/create', open)
    await life.order({ id: 1, customer: 1, lines: [CUPS] })
    expect(await life.balance(1)).toEqual({ pending: 0, available: 0, held: 0, debt: 0 })
    await life.tell('disputes/update', disputePayload({ id: 8, order: 1, status: 'won' }))
    expect(await life.balance(1)).toMatchObject({ available: 30 })
  })

  test('an inquiry is none', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: 1, lines: [CUPS] })
    const inquiry = disputePayload({ id: 8, order: 1, status: 'needs_response', type: 'inquiry' })
    expect(await life.tell('disputes/create', inquiry)).toEqual({
      status: 'ignored',
      reason: 'An inquiry is no chargeback',
    })
    expect(await life.balance(1)).toMatchObject({ available: 30, held: 0 })
    // It can become one.
    await life.tell('disputes/update', open)
    expect(await life.balance(1)).toMatchObject({ available: 0, held: 30 })
  })

  test('of two on one order the points stay held until both are won', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: 1, lines: [CUPS] })
    await life.tell('disputes/create', open)
    await life.tell('disputes/create', disputePayload({ id: 9, order: 1, status: 'needs_response' }))
    await life.tell('disputes/update', disputePayload({ id: 8, order: 1, status: 'won' }))
    expect(await life.balance(1)).toMatchObject({ available: 0, held: 30 })
    await life.tell('disputes/update', disputePayload({ id: 9, order: 1, status: 'won' }))
    expect(await life.balance(1)).toMatchObject({ available: 30, held: 0 })
  })

  test('goes along with a merge and with an order that finds its customer', async () => {
    const life = await shops.open()
    await life.order({ id: 1, customer: 1, lines: [CUPS] })
    await life.tell('disputes/create', open)
    await life.tell('customers/merge', mergePayload(2, 1))
    expect(await life.balance(2)).toMatchObject({ available: 0, held: 30 })
    await life.order({ id: 1, customer: 3, lines: [CUPS], updatedAt: '2026-12-02T10:00:00Z' })
    expect(await life.balance(2)).toMatchObject({ available: 0, held: 0 })
    expect(await life.balance(3)).toMatchObject({ available: 0, held: 30 })
    await life.tell('disputes/update', disputePayload({ id: 8, order: 1, status: 'won' }))
    expect(await life.balance(3)).toMatchObject({ available: 30, held: 0 })
  })
})

async function refusal(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'nothing'
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}

test('the points of one shop are invisible in another', async () => {
  const [one, other] = [await shops.open(), await shops.open()]
  await one.order({ id: 1, customer: 1, lines: [CUPS] })
  const { rows } = await withShop(other.shopId, (tx) => tx.query('SELECT count(*)::int AS n FROM entry'))
  expect(rows).toEqual([{ n: 0 }])
})

describe('A signed-in shopper who opens the panel', () => {
  const open = (life: ShopLife, customer: number | null) =>
    panel({
      request: proxyCall('/panel', {
        shop: life.shop.domain,
        customer: customer === null ? null : String(customer),
      }),
      params: {},
      context: {},
    } as never)

  test('has the claim of guest points asked for, once however often she looks; nobody else does', async () => {
    const life = await shops.open()
    await open(life, null)
    expect(await life.jobs('claim-guest-points')).toEqual([])
    for (let i = 0; i < 3; i++) expect((await open(life, 31)).status).toBe(200)
    expect(await life.jobs('claim-guest-points')).toEqual([{ shopId: life.shopId, customerId: '31' }])
    const { rows } = await shops
      .owner()
      .query('SELECT guest_asked_at IS NOT NULL AS asked, guest_claimed_at FROM account WHERE shop_id = $1', [
        life.shopId,
      ])
    expect(rows).toEqual([{ asked: true, guest_claimed_at: null }])
  })
})
