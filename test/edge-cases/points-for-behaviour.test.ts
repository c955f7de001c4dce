import { describe, expect, test } from 'vitest'
import { acrossShops, readShop, withShop } from '../../app/db/db.server.ts'
import type { Source } from '../../app/domain/earning/sources.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { award } from '../../app/loyalty/earning/award.ts'
import { signedIn } from '../../app/loyalty/earning/occasions.ts'
import { adjustPoints } from '../../app/loyalty/members/adjust-points.ts'
import { readActivity } from '../../app/loyalty/numbers/read-activity.ts'
import { readFigures } from '../../app/loyalty/numbers/read-figures.ts'
import { silentAdmin } from '../support/member.ts'
import { mergePayload } from '../support/order-payload.ts'
import { LATER, type ShopLife, useShopLife } from './shop-life.ts'

/** What points for a behaviour meet beside the behaviour: sign-ins, spending, merges, redactions, expiry, figures. */
const shops = useShopLife()
const [MARA, NELE] = [7_700_770_011, 7_700_770_022]
const START = '2026-11-01T00:00:00Z'
const JOINED = '2026-11-03T10:00:00Z'
const CONSENT = 'customers_email_marketing_consent/update'

const sources: Source[] = [
  { source: 'sign-up', points: 100, active: true },
  { source: 'newsletter', points: 50, active: true, confirmedOnly: true },
]
const open = () => shops.open({ from: START, program: { sources } })
const opened = (id: number, at = JOINED) => ({ id, state: 'enabled', updated_at: at })
const consent = (id: number, state: string, at: string) => ({
  customer_id: id,
  email_marketing_consent: { state, opt_in_level: 'confirmed_opt_in', consent_updated_at: at },
})
const signIn = ({ shopId, now }: ShopLife, id: number, since: string, at = JOINED) =>
  acrossShops((tx) => award(tx, shopId, signedIn(String(id), Date.parse(since), Date.parse(at)), now))
const available = async (life: ShopLife, id: number) => (await life.balance(id))?.available ?? 0
let keys = 0
const adjust = ({ shop, now }: ShopLife, id: number, points: number) =>
  adjustPoints(
    {
      shop,
      customerId: String(id),
      points,
      reason: 'Kulanz',
      actor: 'staff:1',
      key: `by-hand-${++keys}`,
      now,
    },
    silentAdmin,
  )
const rows = async (sql: string, ...values: unknown[]) => (await shops.owner().query(sql, values)).rows

describe('a sign-in', () => {
  test('is the opening of an account that Shopify told nothing of, once', async () => {
    const life = await open()
    expect(await signIn(life, MARA, '2026-11-02T10:00:00Z')).toBe('given')
    expect(await signIn(life, MARA, '2026-11-02T10:00:00Z', '2026-11-04T10:00:00Z')).toBe('known')
    await life.tell('customers/enable', opened(MARA, '2026-11-05T10:00:00Z'))
    expect(await available(life, MARA)).toBe(100)
  })

  test('gives nothing to who was a customer before: the account may be older than the promise', async () => {
    const life = await open()
    expect(await signIn(life, MARA, '2026-10-31T10:00:00Z')).toBe('noted')
    expect(await available(life, MARA)).toBe(0)
  })

  test('is waited for by the panel only while it may bring points', async () => {
    const life = await open()
    await life.tell('customers/create', { id: MARA, state: 'disabled', updated_at: JOINED })
    const claiming = async () => {
      const panel = await life.panel(MARA)
      return panel.signedIn && panel.claiming
    }
    expect(await claiming()).toBe(false)
    await rows(
      `UPDATE account SET guest_asked_at = to_timestamp($2) WHERE shop_id = $1`,
      life.shopId,
      LATER / 1000,
    )
    expect(await claiming()).toBe(true)
    await signIn(life, MARA, JOINED)
    expect(await claiming()).toBe(false)
  })
})

describe('taking back', () => {
  test('takes what is still there and makes no debt', async () => {
    const life = await open()
    await life.tell(CONSENT, consent(MARA, 'subscribed', JOINED))
    await adjust(life, MARA, -30)
    await life.tell(CONSENT, consent(MARA, 'unsubscribed', '2026-11-10T10:00:00Z'))
    expect(await life.balance(MARA)).toMatchObject({ available: 0, debt: 0 })
    expect((await life.history(MARA))[0]).toEqual({
      title: 'Punkte für den Newsletter zurückgenommen',
      points: -20,
      detail: [
        'Die Anmeldung wurde so bald widerrufen, dass die Punkte zurückgehen.',
        'Zurückgegangen ist, was davon noch da war; 30 Punkte waren schon ausgegeben oder verfallen.',
      ],
    })
    // What comes in later is not asked for it.
    await adjust(life, MARA, 70)
    await life.tell(CONSENT, consent(MARA, 'unsubscribed', '2026-11-11T10:00:00Z'))
    expect(await available(life, MARA)).toBe(70)
  })

  test('takes nothing where nothing is left, and that stands too', async () => {
    const life = await open()
    await life.tell(CONSENT, consent(MARA, 'subscribed', JOINED))
    await adjust(life, MARA, -50)
    await life.tell(CONSENT, consent(MARA, 'unsubscribed', '2026-11-10T10:00:00Z'))
    await adjust(life, MARA, 70)
    await life.tell(CONSENT, consent(MARA, 'unsubscribed', '2026-11-12T10:00:00Z'))
    expect(await available(life, MARA)).toBe(70)
    expect(await rows('SELECT taken_back::int FROM earning_award WHERE shop_id = $1', life.shopId)).toEqual([
      { taken_back: 0 },
    ])
  })

  test('holds for who became another customer, too', async () => {
    const life = await open()
    await life.tell(CONSENT, consent(MARA, 'subscribed', JOINED))
    await life.tell('customers/merge', mergePayload(NELE, MARA))
    expect(await available(life, NELE)).toBe(50)
    await life.tell(CONSENT, consent(NELE, 'unsubscribed', '2026-11-10T10:00:00Z'))
    expect(await available(life, NELE)).toBe(0)
  })

  test('is remembered of who became another customer: nobody gets them a second time', async () => {
    const life = await open()
    await life.tell(CONSENT, consent(MARA, 'subscribed', JOINED))
    await life.tell(CONSENT, consent(MARA, 'unsubscribed', '2026-11-04T10:00:00Z'))
    await life.tell('customers/merge', mergePayload(NELE, MARA))
    await life.tell(CONSENT, consent(NELE, 'subscribed', '2026-11-05T10:00:00Z'))
    expect(await available(life, NELE)).toBe(0)
  })

  test('does not look at what one of two customers did before they were one', async () => {
    const life = await open()
    await life.tell(CONSENT, consent(MARA, 'subscribed', JOINED))
    await life.tell(CONSENT, consent(NELE, 'unsubscribed', '2026-11-02T10:00:00Z'))
    await life.tell('customers/merge', mergePayload(NELE, MARA))
    await life.tell(CONSENT, consent(NELE, 'subscribed', '2026-11-05T10:00:00Z'))
    expect(await available(life, NELE)).toBe(50)
  })
})

test('an occasion from the future happened when it was told', async () => {
  const life = await open()
  await life.tell(CONSENT, consent(MARA, 'subscribed', '2031-01-01T00:00:00Z'))
  expect(await available(life, MARA)).toBe(50)
  expect(await rows('SELECT at FROM earning_occasion WHERE shop_id = $1', life.shopId)).toEqual([
    { at: new Date(life.now) },
  ])
})

test('the points lapse like others, by the rule of the day', async () => {
  const life = await shops.open({
    from: START,
    program: { sources, expiry: { kind: 'after-earning', months: 6, warnDays: 14 } },
  })
  await life.tell('customers/enable', opened(MARA))
  expect(
    await rows(
      `SELECT expires_on::text AS day, order_id, earned::int FROM lot WHERE shop_id = $1`,
      life.shopId,
    ),
  ).toEqual([{ day: '2027-05-03', order_id: null, earned: 100 }])
})

test('points of the day count, whatever was published since', async () => {
  const life = await open()
  await life.publish(2, { sources: [{ source: 'sign-up', points: 7, active: true }] }, '2026-11-20T00:00:00Z')
  await life.tell('customers/enable', opened(MARA))
  await life.tell('customers/enable', opened(NELE, '2026-11-21T10:00:00Z'))
  expect([await available(life, MARA), await available(life, NELE)]).toEqual([100, 7])
})

describe('a redaction', () => {
  const redact = (life: ShopLife, id: number) =>
    life.tell('customers/redact', { customer: { id, email: 'mara@beispiel.example', phone: null } })

  test('takes away what the person did, and the delivery that told it; the sums stay', async () => {
    const life = await open()
    await life.tell('customers/enable', opened(MARA))
    await life.tell(CONSENT, consent(MARA, 'subscribed', JOINED))
    expect(await redact(life, MARA)).toMatchObject({ status: 'done' })
    expect(await rows('SELECT FROM earning_occasion WHERE shop_id = $1', life.shopId)).toEqual([])
    const bodies = await rows('SELECT DISTINCT body FROM delivery WHERE shop_id = $1', life.shopId)
    expect(bodies).toEqual([{ body: '{}' }])
    const [sum] = await rows(
      'SELECT sum(available)::int AS points FROM balance WHERE shop_id = $1',
      life.shopId,
    )
    expect(sum).toEqual({ points: 150 })
  })

  test('of who was merged away leaves the points with the one who stayed, and gives them to nobody again', async () => {
    const life = await open()
    await life.tell(CONSENT, consent(MARA, 'subscribed', JOINED))
    await life.tell('customers/merge', mergePayload(NELE, MARA))
    await redact(life, MARA)
    await life.tell(CONSENT, consent(NELE, 'subscribed', '2026-11-08T10:00:00Z'))
    expect(await available(life, NELE)).toBe(50)
  })
})

test('a request for one’s data tells what was done and given', async () => {
  const life = await open()
  await life.tell(CONSENT, consent(MARA, 'subscribed', JOINED))
  const request = { customer: { id: MARA, email: 'mara@beispiel.example' }, data_request: { id: 771 } }
  await life.tell('customers/data_request', request)
  const [row] = await rows(`SELECT export FROM data_request WHERE shop_id = $1`, life.shopId)
  expect(row?.export).toMatchObject({
    occasions: [{ source: 'newsletter', told: { state: 'subscribed', level: 'confirmed_opt_in' } }],
    awards: [{ source: 'newsletter', points: 50, takenBack: null }],
  })
})

test('the figures tell points by source, and the last postings what they were for', async () => {
  const life = await open()
  await life.tell('customers/enable', opened(MARA, '2026-12-01T10:00:00Z'))
  await life.tell(CONSENT, consent(MARA, 'subscribed', '2026-12-02T10:00:00Z'))
  await life.tell(CONSENT, consent(NELE, 'subscribed', '2026-12-02T10:00:00Z'))
  await life.tell(CONSENT, consent(NELE, 'unsubscribed', '2026-12-03T10:00:00Z'))
  const { figures, activity } = await readShop(life.shopId, async (tx) => ({
    figures: await readFigures(tx, life.shop, new Date(life.now + 1)),
    activity: await readActivity(tx, life.shopId),
  }))
  expect(figures.sources).toEqual([
    { source: 'sign-up', points: 100 },
    { source: 'newsletter', points: 50 },
  ])
  expect(figures.current).toMatchObject({ earned: 150 })
  const awards = activity.map((line) => [line.kind === 'award' && line.award?.source, line.part, line.points])
  expect(awards).toEqual([
    ['newsletter', 'taken-back', -50],
    ['newsletter', 'given', 50],
    ['newsletter', 'given', 50],
    ['sign-up', 'given', 100],
  ])
})

describe('the audit finds', () => {
  test.each([
    ['points that the book does not hold', 'UPDATE earning_award SET points = 101 WHERE shop_id = $1'],
    ['points that did not go back', 'UPDATE earning_award SET taken_back = 5, due = 95 WHERE shop_id = $1'],
    ['a gift that comes to nothing and can be spent', 'UPDATE earning_award SET due = 0 WHERE shop_id = $1'],
    [
      'points of a gift that the account does not have',
      'UPDATE lot SET award_id = award_id + 1 WHERE shop_id = $1',
    ],
    ['a posting of no award', 'DELETE FROM earning_award WHERE shop_id = $1'],
  ])('%s', async (_, change) => {
    const life = await open()
    await life.tell('customers/enable', opened(MARA))
    const undone = new Error('rolled back')
    let broken: number[] = []
    await withShop(life.shopId, async (tx) => {
      await tx.query(change, [life.shopId])
      broken = (await auditLedger(tx, life.now)).flatMap((one) => (one.violations ? [one.invariant] : []))
      throw undone
    }).catch((error) => {
      if (error !== undone) throw error
    })
    expect(broken).toEqual([20])
  })
})
