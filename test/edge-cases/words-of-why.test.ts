import { describe, expect, test, vi } from 'vitest'
import { acrossShops } from '../../app/db/db.server.ts'
import type { OrderWhy, WhyLine } from '../../app/domain/earning/order-why.ts'
import type { PostingKind } from '../../app/ledger/post.ts'
import { expirePoints } from '../../app/loyalty/expiry/expire-points.ts'
import { warnOfExpiry } from '../../app/loyalty/expiry/warn-of-expiry.ts'
import { runBatch } from '../../app/loyalty/imports/run-batch.ts'
import { uploadBatch } from '../../app/loyalty/imports/upload-batch.ts'
import { adjustPoints } from '../../app/loyalty/members/adjust-points.ts'
import { claimGuestPoints } from '../../app/loyalty/members/claim-guest-points.ts'
import { reinstatePoints } from '../../app/loyalty/members/reinstate-points.ts'
import { storeWhy } from '../../app/loyalty/orders/stored-why.ts'
import { WORDS_OF_WHY } from '../../app/loyalty/upkeep/words-of-why.ts'
import { openHarness } from '../dev-store/admin-harness.ts'
import { sendWarnings } from '../support/expiry.ts'
import { silentAdmin } from '../support/member.ts'
import { disputePayload, mergePayload, orderPayload } from '../support/order-payload.ts'
import { LATER, type ShopLife, SMALL_REWARD, SOON, useShopLife } from './shop-life.ts'

const shops = useShopLife()
const shopify = openHarness({ customers: 3, orders: 0 })
vi.mock('../../app/shopify/shop-admin.ts', () => ({
  shopAdmin: async () => async (document: unknown, options?: { variables?: Record<string, unknown> }) =>
    new Response(JSON.stringify(await shopify.graphql(String(document), options?.variables))),
}))
const [mara] = shopify.store.customers.all().map(({ id, email }) => ({ id, email })) as [
  { id: number; email: string },
]
const OTHER = 7_700_880_033
/** As the orders are called, and what is in them. */
const NAME = 'Eine Bestellung'
const MARK = '[redacted]'
const rows = async (sql: string, ...values: unknown[]) => (await shops.owner().query(sql, values)).rows

/** Texts in `why` that no redaction looks at: ours, numbers of Shopify's, the merchant's words for everybody. */
const NOT_OF_OTHERS: Record<PostingKind, string[]> = {
  order: [
    'currency',
    'rate',
    'rounding',
    'stacking',
    'exact',
    'zero',
    'moved',
    'tier.id',
    'tier.factor',
    'out.*.code',
    'out.*.line',
    'lines.*.1',
    'lines.*.3.*.0',
    'lines.*.3.*.1',
    'lines.*.4.kind',
    'lines.*.4.factor',
    'lines.*.4.outdone.*',
  ],
  dispute: [],
  maturity: [],
  claim: [],
  redemption: ['reward', 'name.de', 'name.en', 'code', 'order', 'reason'],
  adjustment: ['on'],
  import: ['on'],
  expiry: ['rule', 'order', 'on'],
  reinstatement: ['order', 'on'],
  merge: [],
  award: ['source', 'because'],
}

/** The texts in it and where they stand; a place in a list is a star, but in a line each place has its meaning. */
function textsIn(value: unknown, path: string[] = []): { place: string; text: string }[] {
  if (typeof value === 'string') return [{ place: path.join('.'), text: value }]
  if (Array.isArray(value)) {
    const line = path.length === 2 && path[0] === 'lines'
    const pair = path.length === 4 && path[2] === '3'
    return value.flatMap((one, i) => textsIn(one, [...path, line || pair ? String(i) : '*']))
  }
  return Object.entries(value ?? {}).flatMap(([name, one]) => textsIn(one, [...path, name]))
}

const placesOfTexts = (value: unknown) => textsIn(value).map(({ place }) => place)

const known = (kind: PostingKind) => [...Object.keys(WORDS_OF_WHY[kind]), ...NOT_OF_OTHERS[kind]]

/** A shop with a posting of every kind, each quoting what it can. */
async function lived(name: string): Promise<ShopLife> {
  const life = await shops.open({
    from: '2020-01-01T00:00:00Z',
    program: {
      rewards: [SMALL_REWARD],
      sources: [{ source: 'newsletter', points: 50, active: true, confirmedOnly: true }],
      expiry: { kind: 'after-earning', months: 12, warnDays: 30 },
    },
  })
  const order = (id: number, who: { customer?: number; email?: string }, placedAt: string) => {
    const payload = orderPayload({ id, ...who, placedAt, lines: [{ price: '90.00' }] }) as {
      line_items: object[]
    }
    return life.tell('orders/updated', {
      ...payload,
      name,
      line_items: payload.line_items.map((line) => ({ ...line, title: name })),
    })
  }
  life.now = SOON
  await order(1, { email: mara.email }, '2026-11-01T10:00:00Z')
  await order(2, { customer: mara.id }, '2026-11-01T10:00:00Z')
  await order(3, { customer: OTHER }, '2026-11-01T10:00:00Z')
  await life.wait(LATER)
  await claimGuestPoints(life.shopId, String(mara.id), life.now)
  await life.tell('disputes/create', disputePayload({ id: 1, order: 2, status: 'needs_response' }))
  await life.tell('disputes/update', disputePayload({ id: 1, order: 2, status: 'won' }))
  await life.redeem(mara.id, SMALL_REWARD.id)
  for (const [state, at] of [
    ['subscribed', '2026-11-03T10:00:00Z'],
    ['unsubscribed', '2026-11-04T10:00:00Z'],
  ])
    await life.tell('customers_email_marketing_consent/update', {
      customer_id: mara.id,
      email_marketing_consent: { state, opt_in_level: 'confirmed_opt_in', consent_updated_at: at },
    })
  const by = { shop: life.shop, customerId: String(mara.id), actor: 'staff:1', now: life.now }
  await adjustPoints({ ...by, points: 5, reason: 'Kulanz', key: 'by-hand-1' }, silentAdmin)
  const batchId = await uploadBatch({
    shop: life.shop,
    kind: 'import',
    fileName: 'punkte.csv',
    language: 'de',
    actor: 'staff:1',
    now: life.now,
    bytes: new TextEncoder().encode(`customer;points;reason;earned\n${mara.id};5;Umzug;2026-10-01\n`),
  })
  await rows(`UPDATE bulk_line SET status = 'ready', problem = NULL WHERE batch_id = $1`, batchId)
  await rows(`UPDATE bulk_batch SET status = 'running' WHERE batch_id = $1`, batchId)
  await runBatch(life.shopId, batchId, () => life.now)
  await life.tell('customers/merge', mergePayload(mara.id, OTHER))
  await order(2, { customer: 7_700_880_044 }, '2026-11-01T10:00:00Z')
  // A year later the rest lapses, and some of it is given back.
  life.now = Date.parse('2027-12-20T12:00:00Z')
  await warnOfExpiry(life.now)
  await sendWarnings(shops.owner(), life.shopId, life.now)
  life.now += 60 * 86_400_000
  await expirePoints(life.now)
  const [lapsed] = await rows(
    `SELECT posting_id::text AS id FROM posting WHERE shop_id = $1 AND kind = 'expiry' LIMIT 1`,
    life.shopId,
  )
  await reinstatePoints({
    ...by,
    now: life.now,
    postingId: lapsed.id,
    reason: 'Kulanz',
    lastDay: '2028-12-31',
  })
  return life
}

describe('A11: words of others in postings', () => {
  test('A11: stand where the list says, in a posting of every kind', async () => {
    const life = await lived(NAME)
    const postings: { kind: PostingKind; why: unknown; words: string[] | null }[] = await rows(
      'SELECT kind, why, words_of_why(why) AS words FROM posting WHERE shop_id = $1',
      life.shopId,
    )
    expect([...new Set(postings.map(({ kind }) => kind))].toSorted()).toEqual(
      Object.keys(WORDS_OF_WHY).toSorted(),
    )
    for (const { kind, why, words } of postings) {
      expect(
        placesOfTexts(why).filter((place) => !known(kind).includes(place)),
        kind,
      ).toEqual([])
      const ofOthers = textsIn(why).filter(({ text }) => text === NAME)
      expect(
        ofOthers.map(({ place }) => place).filter((place) => !(place in WORDS_OF_WHY[kind])),
        kind,
      ).toEqual([])
      if (ofOthers.length > 0) expect(words).toContain(NAME)
    }
    const quoting = postings.filter(({ why }) => textsIn(why).some(({ text }) => text === NAME))
    expect([...new Set(quoting.map(({ kind }) => kind))].toSorted()).toEqual([
      'claim',
      'dispute',
      'maturity',
      'order',
    ])
  })

  test('A11: an explanation with all that it can say has no place that is not known', () => {
    const line: Required<WhyLine> = {
      kind: 'line',
      line: '1',
      title: 'Becher',
      value: 1,
      factor: '3',
      campaigns: [
        { id: 'a', factor: '2' },
        { id: 'b', factor: '1.5' },
      ],
      outdone: ['c'],
    }
    const why: Required<OrderWhy> = {
      v: 1,
      program: 1,
      currency: 'EUR',
      rate: '1',
      rounding: 'nearest',
      stacking: 'multiply',
      tier: { id: 'gold', factor: '2' },
      lines: [
        line,
        { ...line, outdone: undefined, factor: '2', campaigns: [{ id: 'a', factor: '2' }] } as WhyLine,
      ],
      out: [{ code: 'refunded', line: '1', amount: 1 }],
      exact: '1',
      points: 1,
      zero: 'unpaid',
    }
    const places = placesOfTexts(JSON.parse(JSON.stringify(storeWhy(why))))
    expect(places.filter((place) => !known('order').includes(place))).toEqual([])
    expect(places).toContain('lines.*.2')
  })

  test('A11: may be masked in the database in just these kinds', async () => {
    const { rows: kinds } = await acrossShops((tx) =>
      tx.query<{ kind: PostingKind; quotes: boolean }>(
        'SELECT kind, quotes_words(kind) AS quotes FROM unnest($1::text[]) AS each (kind)',
        [Object.keys(WORDS_OF_WHY)],
      ),
    )
    for (const { kind, quotes } of kinds)
      expect(quotes, kind).toBe(Object.keys(WORDS_OF_WHY[kind]).length > 0)
  })

  test('A11: go by the mark, and the rest of the book stays', async () => {
    const life = await lived(`für ${mara.email}`)
    const book = () => rows('SELECT * FROM entry WHERE shop_id = $1 ORDER BY entry_id', life.shopId)
    const naming = () =>
      rows(
        `SELECT DISTINCT kind FROM posting WHERE shop_id = $1 AND why::text ILIKE '%' || $2 || '%' ORDER BY 1`,
        life.shopId,
        mara.email,
      )
    const before = await book()
    expect((await naming()).map(({ kind }) => kind)).toEqual(['claim', 'dispute', 'maturity', 'order'])
    await life.tell('customers/redact', { customer: { id: mara.id, email: mara.email, phone: null } })
    expect(await naming()).toEqual([])
    expect(await book()).toEqual(before)
    expect(
      await rows(
        `SELECT why -> 'orders' AS names FROM posting WHERE shop_id = $1 AND kind = 'claim' LIMIT 1`,
        life.shopId,
      ),
    ).toEqual([{ names: [MARK] }])
  })
})
