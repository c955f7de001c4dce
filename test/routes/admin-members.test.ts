import { beforeEach, describe, expect, test } from 'vitest'
import { adjustPoints } from '../../app/loyalty/members/adjust-points.ts'
import { shopById } from '../../app/loyalty/shop/shop-of-request.ts'
import { loader as members } from '../../app/routes/app.members._index.tsx'
import { action as change, loader as member } from '../../app/routes/app.members.$customerId.tsx'
import { loader as history } from '../../app/routes/app.members.$customerId_.history.ts'
import { useDatabase } from '../database.ts'
import { useAdminPages } from '../support/admin-pages.ts'
import { buy, silentAdmin } from '../support/member.ts'
import { testProgram } from '../support/program.ts'
import { makeShop, publish } from '../support/shop.ts'
import { adminToken, answerOf, bearerCall } from '../support/shopper-requests.ts'

const database = useDatabase()
const pages = useAdminPages()

interface Customer {
  id: string
  name: string
  email: string
}
let customers: Customer[] = []
let shopId = 0

beforeEach(async () => {
  await pages.open('/app') // the token is exchanged, the shop is made
  const { rows } = await database
    .owner()
    .query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [pages.domain])
  shopId = rows[0].id
  const { rows: found } = await database.owner().query('SELECT 1 FROM program WHERE shop_id = $1', [shopId])
  if (found.length > 0) return
  const levels = [{ id: 'gold', name: { de: 'Gold', en: 'Gold' }, threshold: '100', multiplier: '1' }]
  const tiers = { basis: 'spend' as const, window: { kind: 'lifetime' as const }, levels }
  await publish(database.owner(), shopId, 1, testProgram({ tiers }), '2020-01-01T00:00:00Z')
  const answer = await pages.harness.graphql(
    '{ customers(first: 5, sortKey: NAME) { nodes { id displayName defaultEmailAddress { emailAddress } } } }',
  )
  customers = answer.data.customers.nodes.map(
    (node: { id: string; displayName: string; defaultEmailAddress: { emailAddress: string } }) => ({
      id: node.id.split('/').pop(),
      name: node.displayName,
      email: node.defaultEmailAddress.emailAddress,
    }),
  )
  for (const [n, { id }] of customers.entries())
    await buy(shopId, { id: 7601 + n, customer: id, lines: [{ price: `${[60, 120, 30, 90, 10][n]}.00` }] })
})

const args = (request: Request, params = {}) => ({ request, params, context: {} }) as never
const admin = async (path: string, shop = pages.domain, form?: Record<string, string>) =>
  bearerCall(path, await adminToken(shop), form ? { form } : {})
async function list(query = '') {
  return (await members(args(await admin(`/app/members?${query}`)))) as unknown as Awaited<
    ReturnType<typeof members>
  >
}
const show = async (customerId: string, locale = 'de') =>
  (await member(
    args(await admin(`/app/members/${customerId}?locale=${locale}`), { customerId }),
  )) as unknown as Awaited<ReturnType<typeof member>>
const send = async (customerId: string, form: Record<string, string>) =>
  (await change(
    args(await admin(`/app/members/${customerId}`, pages.domain, form), { customerId }),
  )) as unknown as {
    ok?: boolean
    data?: { refused: string }
    init?: { status: number }
  }
const namesOf = (found: { members: { contact: { name: string } | null }[] }) =>
  found.members.map(({ contact }) => contact?.name ?? null)

describe('the list', () => {
  test('carries the names that Shopify knows, in one call', async () => {
    const { found } = await list('sort=available&dir=desc')
    expect(found.namesKnown).toBe(true)
    expect(found.members.map(({ available }) => available)).toEqual([120, 90, 60, 30, 10])
    expect(namesOf(found)).toEqual([1, 3, 0, 2, 4].map((n) => customers[n]?.name))
    expect(found.tiers).toEqual([{ id: 'gold', name: 'Gold' }])
  })

  test('sorts by name as Shopify does', async () => {
    expect(namesOf((await list('sort=customer&dir=asc')).found)).toEqual(customers.map(({ name }) => name))
    expect(namesOf((await list('sort=customer&dir=desc')).found)).toEqual(
      customers.map(({ name }) => name).reverse(),
    )
  })

  test('finds by name, e-mail and customer number', async () => {
    const [first] = customers
    for (const text of [first?.name, first?.email, first?.id, `#${first?.id}`]) {
      const { found } = await list(`q=${encodeURIComponent(text ?? '')}`)
      expect.soft(namesOf(found), text).toContain(first?.name)
    }
    expect((await list('q=Niemand+Bekanntes')).found.members).toEqual([])
    expect((await list(`q=${encodeURIComponent('" OR 1=1 \\')}`)).found.members).toEqual([])
  })

  test('filters by tier', async () => {
    expect(namesOf((await list('tier=gold')).found)).toEqual([customers[1]?.name])
    expect((await list('tier=none')).found.members).toHaveLength(4)
  })

  test('W26: renews a token that Shopify refuses before its time, once, and then does without names', async () => {
    const refuse = (left?: number) =>
      pages.harness.post('/practice/admin-api', { kind: 'expire-tokens', left })
    try {
      await refuse(1)
      expect((await list()).found.namesKnown).toBe(true)
      await refuse(1)
      const page = await pages.open('/app/members')
      expect([page.status, page.html.includes(customers[0]?.name as string)]).toEqual([200, true])
      await refuse()
      expect((await list()).found).toMatchObject({ namesKnown: false, members: [{}, {}, {}, {}, {}] })
      expect((await pages.open('/app/members')).status).toBe(200)
      const { id } = customers[0] as Customer
      expect((await pages.open(`/app/members/${id}`)).status).toBe(200)
    } finally {
      await pages.harness.post('/practice/admin-api', { kind: 'none' })
    }
    expect((await list()).found.namesKnown).toBe(true)
  })

  test.each(['refuses', 'is silent'])(
    'works without names while Shopify %s',
    async (how) => {
      const before = globalThis.fetch
      globalThis.fetch = async () => {
        if (how === 'refuses') return new Response('down', { status: 503 })
        throw new TypeError('fetch failed')
      }
      try {
        const { found } = await list('sort=available&dir=desc')
        expect(found).toMatchObject({ namesKnown: false, searchFailed: false })
        expect(found.members.map(({ contact, available }) => [contact, available])[0]).toEqual([null, 120])
        expect((await list('q=Mara')).found).toMatchObject({ searchFailed: true, members: [] })
        expect((await list(`q=${customers[2]?.id}`)).found.members).toHaveLength(1)
        expect((await list('sort=customer&dir=asc')).found.members).toHaveLength(5)
        expect(await show(customers[0]?.id ?? '')).toMatchObject({
          contact: null,
          gone: false,
          member: { known: true },
        })
      } finally {
        globalThis.fetch = before
      }
    },
    60_000,
  )
})

describe('a member', () => {
  test('has a name, figures, a place on the ladder and an explained history', async () => {
    const { member: page, contact } = await show(customers[0]?.id ?? '')
    expect(contact).toEqual({ name: customers[0]?.name, email: customers[0]?.email })
    expect(page).toMatchObject({
      balance: { available: 60 },
      earned: 60,
      tier: { current: null, next: { name: 'Gold', missing: '40.00' }, progress: 0.6 },
      history: [{ title: 'Bestellung #7601', points: 60, after: { available: 60, pending: 0 } }],
    })
    expect(page.history[0]?.detail).toContain('Gerechnet nach Programmversion 1')
    expect((await show(customers[0]?.id ?? '', 'en')).member.history[0]?.title).toBe('Order #7601')
    const older = await history(
      args(await admin('/app/members/1/history?locale=de'), { customerId: customers[0]?.id }),
    )
    expect(await older.json()).toMatchObject({ history: [{ title: 'Bestellung #7601' }], nextPage: null })
  })

  test('is adjusted, once for one form, and the adjustment undone', async () => {
    const id = customers[2]?.id ?? ''
    const form = { intent: 'adjust', points: '25', reason: 'Beratung im Laden', key: 'admin-form-1' }
    expect(await send(id, form)).toMatchObject({ ok: true })
    expect(await send(id, form)).toMatchObject({ ok: true })
    const { member: page } = await show(id)
    expect(page.balance.available).toBe(55)
    expect(page.history[0]).toMatchObject({ title: 'Gutschrift', points: 25, undoable: true })
    expect(page.history[0]?.detail).toEqual(['Grund: Beratung im Laden', 'Gebucht durch Sie'])
    expect(await send(id, { intent: 'undo', postingId: String(page.history[0]?.postingId) })).toMatchObject({
      ok: true,
    })
    const after = (await show(id)).member
    const today = new Date().toLocaleDateString('de', { dateStyle: 'long', timeZone: 'Europe/Berlin' })
    expect(after.balance.available).toBe(30)
    expect(after.history.slice(0, 2)).toMatchObject([
      { title: `Gutschrift vom ${today} zurückgenommen`, points: -25, undoable: false },
      { undone: true, undoable: false },
    ])
  })

  test('W23: a line says who booked it, and leads to its order', async () => {
    const id = customers[3]?.id ?? ''
    const shop = await shopById(shopId)
    if (!shop) throw new Error('no shop')
    const wish = { customerId: id, points: 3, reason: 'Beratung', key: 'by-a-colleague', now: Date.now() }
    await adjustPoints({ shop, actor: 'staff:92100000001', ...wish }, silentAdmin)
    const { history: lines } = (await show(id)).member
    expect(lines[0]?.detail).toContain('Gebucht durch einen Mitarbeiter (Nr. 92100000001)')
    expect((await show(id, 'en')).member.history[0]?.detail).toContain(
      'Posted by a staff member (no. 92100000001)',
    )
    expect(lines.at(-1)?.order).toEqual({ id: '7604', name: '#7604' })
  })

  test('refuses what cannot be posted, with a code for the form', async () => {
    const id = customers[4]?.id ?? ''
    const form = { intent: 'adjust', reason: 'Versehen', key: 'admin-form-2' }
    for (const [points, refused, status] of [
      ['-5000', 'not-enough-points', 409],
      ['1.5', 'invalid-amount', 400],
      ['viel', 'invalid-amount', 400],
    ] as const) {
      expect(await send(id, { ...form, points })).toMatchObject({
        data: { ok: false, refused },
        init: { status },
      })
    }
    expect(await send(id, { ...form, points: '5', reason: '' })).toMatchObject({
      data: { refused: 'reason-missing' },
    })
    expect((await show(id)).member.balance.available).toBe(10)
  })

  test('is given points only if there is such a customer: ours, or one that Shopify confirms', async () => {
    const form = { intent: 'adjust', points: '5', reason: 'Beratung', key: 'admin-form-known' }
    expect(await send('4040404040', form)).toMatchObject({
      data: { ok: false, refused: 'member-unknown' },
      init: { status: 404 },
    })
    expect((await answerOf(() => show('4040404040'))).status).toBe(404)
    const { data } = await pages.harness.graphql('{ customers(first: 1, reverse: true) { nodes { id } } }')
    const newcomer = data.customers.nodes[0].id.split('/').pop()
    expect(customers.map(({ id }) => id)).not.toContain(newcomer)
    expect(await send(newcomer, form)).toMatchObject({ ok: true })
    expect((await show(newcomer)).member.balance.available).toBe(5)
  })

  test('of nobody is not found', async () => {
    expect((await answerOf(() => show('1'))).status).toBe(404)
    expect((await answerOf(() => show('abc'))).status).toBe(404)
  })
})

describe('another shop', () => {
  const MEMBER = '990000001'

  test('sees and changes nothing of ours, and we nothing of it', async () => {
    const other = await makeShop(database.owner(), { program: testProgram() })
    await buy(other.shopId, { id: 7699, customer: MEMBER, lines: [{ price: '777.00' }] })
    expect(
      (await list()).found.members.filter(({ available, pending }) => available === 777 || pending === 777),
    ).toEqual([])
    expect((await list(`q=${MEMBER}`)).found.members).toEqual([])
    expect((await answerOf(() => show(MEMBER))).status).toBe(404)
    const older = await history(args(await admin('/app/members/1/history'), { customerId: MEMBER }))
    expect(await older.json()).toEqual({ history: [], nextPage: null })
    const { rows } = await database
      .owner()
      .query('SELECT posting_id FROM posting WHERE shop_id = $1', [other.shopId])
    expect(await send(MEMBER, { intent: 'undo', postingId: String(rows[0].posting_id) })).toMatchObject({
      data: { refused: 'invalid-payload' },
    })
  })

  test('a token that is expired, foreign or forged opens nothing', async () => {
    const past = Math.floor(Date.now() / 1000) - 600
    for (const token of [
      await adminToken(pages.domain, { exp: past }),
      await adminToken(pages.domain, { aud: 'other-key' }),
      await adminToken(pages.domain, {}, 'other-secret'),
      `${await adminToken(pages.domain)}x`,
    ]) {
      const answer = await answerOf(() => members(args(bearerCall('/app/members', token))))
      expect(answer.status).toBe(401)
    }
  })
})
