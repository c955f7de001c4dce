import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readShop } from '../../app/db/db.server.ts'
import { processDeliveries } from '../../app/loyalty/deliveries/process-deliveries.ts'
import { readStuckDeliveries } from '../../app/loyalty/deliveries/read-deliveries.ts'
import { tryAgain } from '../../app/loyalty/deliveries/try-again.ts'
import { MOST_ATTEMPTS } from '../../app/loyalty/inbox/inbox.ts'
import { mergePayload, orderPayload } from '../support/order-payload.ts'
import { workOff } from '../support/work-off.ts'
import { type ShopLife, storeDelivery, useShopLife } from './shop-life.ts'

/** A delivery that always fails names a person, and she is redacted: whichever of the two runs out first, nothing stays. */

const shops = useShopLife()
const [MARA, OTHER] = [7_700_660_011, 7_700_660_022]
const EMAIL = 'mara@beispiel.example'
const CUPS = { price: '10.00', quantity: 3 }
const POISONED = 9_606
const redaction = { customer: { id: MARA, email: EMAIL, phone: null } }
const poisoned = orderPayload({ id: POISONED, customer: MARA, email: EMAIL, lines: [CUPS] })

const rows = async (sql: string, ...values: unknown[]) => (await shops.owner().query(sql, values)).rows

beforeEach(async () => {
  await rows(`CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NEW.order_id = ${POISONED} THEN RAISE EXCEPTION 'disk on fire'; END IF; RETURN NEW; END $$`)
  await rows('CREATE TRIGGER fail BEFORE INSERT ON order_state FOR EACH ROW EXECUTE FUNCTION fail()')
})
afterEach(() => rows('DROP TRIGGER IF EXISTS fail ON order_state'))

const store = (life: ShopLife, topic: string, payload: object) =>
  storeDelivery(shops.owner(), life, topic, payload)

const work = async (life: ShopLife) => {
  while ((await workOff(() => life.now)) > 0);
}
/** As if so many waits of this delivery alone had passed. */
async function tries(life: ShopLife, delivery: number, times: number) {
  for (let i = 0; i < times; i++) {
    await rows(`UPDATE inbox SET not_before = now() + interval '50 minutes' WHERE shop_id = $1`, life.shopId)
    await rows('UPDATE inbox SET not_before = now() WHERE delivery_id = $1', delivery)
    await work(life)
  }
}
const statusOf = async (delivery: number) =>
  (await rows('SELECT status FROM delivery_status WHERE delivery_id = $1', delivery))[0].status
const bodies = async ({ shopId }: ShopLife) =>
  (
    await rows(
      `SELECT topic FROM delivery WHERE shop_id = $1 AND body ~ $2 ORDER BY delivery_id`,
      shopId,
      `${MARA}|${EMAIL}`,
    )
  ).map(({ topic }) => topic)

/** The order has failed once, and the redaction waits for it. */
async function open() {
  const life = await shops.open()
  const order = await store(life, 'orders/create', poisoned)
  await work(life)
  const redact = await store(life, 'customers/redact', redaction)
  await work(life)
  expect([await statusOf(order), await statusOf(redact)]).toEqual(['waiting', 'waiting'])
  return { life, order, redact }
}
/** As soon as the order is given up the redaction ends, and nothing names her. */
async function endsWell(life: ShopLife, order: number, redact: number) {
  expect([await statusOf(order), await statusOf(redact)]).toEqual(['waiting', 'waiting'])
  expect(await bodies(life)).toEqual(['orders/create', 'customers/redact'])
  await tries(life, order, 1)
  expect([await statusOf(order), await statusOf(redact)]).toEqual(['ignored', 'done'])
  expect(await bodies(life)).toEqual([])
  expect(await tryAgain(life.shopId, null)).toBe(0)
}

describe('A11: a redaction is never set aside', () => {
  test('A11: whether it has been tried more often than what it waits for', async () => {
    const { life, order, redact } = await open()
    await tries(life, redact, MOST_ATTEMPTS + 6)
    expect(await statusOf(redact)).toBe('waiting')
    // By then it is tried once a day.
    const [{ hours }] = await rows(
      'SELECT extract(epoch FROM not_before - now()) / 3600 AS hours FROM inbox WHERE delivery_id = $1',
      redact,
    )
    expect(Number(hours)).toBeCloseTo(24, 1)
    expect(await workOff(() => life.now)).toBe(0)
    await tries(life, order, MOST_ATTEMPTS - 2)
    await endsWell(life, order, redact)
  })

  test('A11: or less often', async () => {
    const { life, order, redact } = await open()
    await tries(life, order, MOST_ATTEMPTS - 2)
    await endsWell(life, order, redact)
  })

  test('A11: also when staff have both tried again, in either order', async () => {
    const { life, order, redact } = await open()
    await tries(life, redact, MOST_ATTEMPTS + 1)
    await tryAgain(life.shopId, [redact])
    await work(life)
    // Set aside, and tried again before the redaction has come to its turn.
    await tries(life, order, MOST_ATTEMPTS - 2)
    await rows(`UPDATE inbox SET not_before = now() WHERE delivery_id = $1`, order)
    await processDeliveries(() => life.now)
    expect(await statusOf(order)).toBe('quarantined')
    await tryAgain(life.shopId, [order])
    await tries(life, redact, 2)
    expect([await statusOf(order), await statusOf(redact)]).toEqual(['waiting', 'waiting'])
    await tries(life, order, MOST_ATTEMPTS - 2)
    await endsWell(life, order, redact)
  })

  test('A11: and what failed and succeeds at last names nobody', async () => {
    const { life, order, redact } = await open()
    await tries(life, redact, MOST_ATTEMPTS + 1)
    await rows('DROP TRIGGER fail ON order_state')
    await tries(life, order, 1)
    expect([await statusOf(order), await statusOf(redact)]).toEqual(['done', 'done'])
    expect(await bodies(life)).toEqual([])
    const state = `SELECT forgotten, facts ->> 'customerId' AS who FROM order_state WHERE shop_id = $1`
    expect(await rows(state, life.shopId)).toEqual([{ forgotten: true, who: null }])
  })

  test('A11: nor by faults of its own', async () => {
    const life = await shops.open()
    await rows('ALTER TABLE forgotten_person RENAME TO forgotten_person_away')
    const redact = await store(life, 'customers/redact', redaction)
    await work(life)
    await tries(life, redact, MOST_ATTEMPTS + 2)
    await rows('ALTER TABLE forgotten_person_away RENAME TO forgotten_person')
    expect(await statusOf(redact)).toBe('waiting')
    await tries(life, redact, 1)
    expect(await statusOf(redact)).toBe('done')
  })

  test('A11: it is among the problems, and says why it waits', async () => {
    const { life, redact } = await open()
    const { deliveries } = await readShop(life.shopId, (tx) => readStuckDeliveries(tx, life.shopId, null))
    expect(deliveries.find(({ deliveryId }) => deliveryId === redact)).toMatchObject({
      status: 'waiting',
      reason: { code: 'person-waits' },
      customerId: String(MARA),
    })
    await tries(life, redact, 1)
  })

  test('A11: tried again it takes nothing of who is back since', async () => {
    const { life, redact } = await open()
    const placedAt = new Date(life.now + 3_600_000).toISOString()
    life.now += 2 * 3_600_000
    await life.order({ id: 9_607, customer: MARA, email: EMAIL, lines: [CUPS], placedAt })
    await tries(life, redact, 2)
    expect(await life.balance(MARA)).toMatchObject({ pending: 30 })
    const late = new Date(life.now).toISOString()
    await life.order({ id: 9_607, customer: MARA, email: EMAIL, lines: [CUPS], placedAt, updatedAt: late })
    expect(await life.balance(MARA)).toMatchObject({ pending: 30 })
  })

  test('A11: a merge that comes to one is not, either, and two of them do not wait for each other', async () => {
    const life = await shops.open()
    await life.order({ id: 9_601, customer: OTHER, lines: [CUPS] })
    await life.tell('customers/redact', { customer: { id: OTHER, email: null, phone: null } })
    const order = await store(life, 'orders/create', poisoned)
    await work(life)
    const merges = [
      await store(life, 'customers/merge', mergePayload(OTHER, MARA)),
      await store(life, 'customers/merge', mergePayload(OTHER, MARA)),
    ]
    await work(life)
    for (const merge of merges) await tries(life, merge, MOST_ATTEMPTS + 1)
    await tries(life, order, MOST_ATTEMPTS)
    for (const merge of merges) expect(await statusOf(merge)).not.toMatch('waiting|quarantined')
    expect(await bodies(life)).toEqual([])
  })
})
