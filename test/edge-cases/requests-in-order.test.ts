import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { MOST_ATTEMPTS } from '../../app/loyalty/inbox/inbox.ts'
import { mergePayload } from '../support/order-payload.ts'
import { workOff } from '../support/work-off.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

/**
 * Redactions and merges of the same persons leave what they leave in the order in which they were received, whichever of
 * them fails first, waits, or is overtaken by which worker. Run more with RUNS=500; SEED repeats a run.
 */
const shops = useShopLife()
const RUNS = Number(process.env.RUNS ?? 12)
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const [GONE, KEPT] = [7_700_550_011, 7_700_550_022]
const MINUTE = 60_000

type Request =
  | { what: 'redact'; who: 'gone' | 'kept' }
  /** `told`: minutes after the redactions, when Shopify says that it happened. */
  | { what: 'merge'; told: number }
interface Course {
  received: Request[]
  /** Which of those that wait is worked off next, and so on; afterwards all that are left. */
  picked: number[]
}

const rows = async (sql: string, ...values: unknown[]) => (await shops.owner().query(sql, values)).rows

async function store(life: ShopLife, request: Request): Promise<void> {
  const { topic, payload, told } =
    request.what === 'merge'
      ? { topic: 'customers/merge', payload: mergePayload(KEPT, GONE), told: request.told }
      : {
          topic: 'customers/redact',
          payload: { customer: { id: { gone: GONE, kept: KEPT }[request.who], email: null, phone: null } },
          told: 0,
        }
  await rows(
    `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, triggered_at, body) VALUES ($1, $2, $3, $4, $5, $6)`,
    life.shopId,
    randomUUID(),
    topic,
    life.shop.domain,
    new Date(life.now + told * MINUTE),
    JSON.stringify({ shop_domain: life.shop.domain, ...payload }),
  )
}

const work = async (life: ShopLife) => {
  while ((await workOff(() => life.now)) > 0);
}

async function play({ received, picked }: Course): Promise<ShopLife> {
  const life = await shops.open()
  await life.order({ id: 1, customer: GONE, lines: [{ price: '20.00' }] })
  await life.order({ id: 2, customer: KEPT, lines: [{ price: '10.00' }] })
  for (const request of received) await store(life, request)
  const hold = `UPDATE inbox SET attempts = greatest(attempts, 1), not_before = now() + interval '50 minutes' WHERE shop_id = $1`
  for (const pick of picked) {
    await rows(hold, life.shopId)
    const waiting = await rows(
      'SELECT delivery_id AS id FROM inbox WHERE shop_id = $1 ORDER BY 1',
      life.shopId,
    )
    if (waiting.length === 0) break
    await rows(
      'UPDATE inbox SET not_before = now() WHERE delivery_id = $1',
      waiting[pick % waiting.length].id,
    )
    await work(life)
  }
  for (let round = 0; round < 10; round++) {
    await rows('UPDATE inbox SET not_before = now() WHERE shop_id = $1', life.shopId)
    await work(life)
  }
  expect(await rows('SELECT FROM inbox WHERE shop_id = $1', life.shopId)).toEqual([])
  return life
}

async function outcome({ shopId }: ShopLife) {
  const persons = await rows(
    `SELECT a.customer_id::text AS who, (b.available + b.pending)::int AS points FROM account a JOIN balance b USING (shop_id, account_id)
      WHERE a.shop_id = $1 AND a.customer_id IS NOT NULL AND a.merged_into IS NULL`,
    shopId,
  )
  const names = await rows(
    `SELECT order_id::int AS id, facts ->> 'customerId' AS who FROM order_state WHERE shop_id = $1 ORDER BY 1`,
    shopId,
  )
  return {
    points: Object.fromEntries(
      persons.filter(({ points }) => points > 0).map(({ who, points }) => [who, points]),
    ),
    names: names.map(({ who }) => who),
  }
}

/** Each request as it was received, one after the other. */
function expected({ received }: Course): Awaited<ReturnType<typeof outcome>> {
  /** Whose the points of both are; null: nobody's. */
  let [ofGone, ofKept]: [number | null, number | null] = [GONE, KEPT]
  const names: (string | null)[] = [String(GONE), String(KEPT)]
  const redacted = new Set<number>()
  const forget = (who: number) => {
    redacted.add(who)
    if (ofGone === who) [ofGone, names[0]] = [null, null]
    if (ofKept === who) [ofKept, names[1]] = [null, null]
    if (who === GONE) names[0] = null
  }
  for (const request of received) {
    if (request.what === 'redact') forget({ gone: GONE, kept: KEPT }[request.who])
    else if (redacted.has(KEPT)) forget(GONE)
    else if (!redacted.has(GONE) && ofGone === GONE) ofGone = KEPT
  }
  const points: Record<string, number> = {}
  if (ofGone !== null) points[ofGone] = 20
  if (ofKept !== null) points[ofKept] = (points[ofKept] ?? 0) + 10
  return { points, names }
}

const request = fc.oneof(
  fc.record({ what: fc.constant('redact' as const), who: fc.constantFrom('gone' as const, 'kept' as const) }),
  fc.record({ what: fc.constant('merge' as const), told: fc.constantFrom(-60, -1, 0, 5) }),
)

test(`A11: redactions and merges of the same persons count as received (seed ${SEED})`, {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        received: fc.array(request, { minLength: 2, maxLength: 4 }),
        picked: fc.array(fc.nat(9), { maxLength: 6 }),
      }),
      async (course) => {
        const life = await play(course)
        expect(await outcome(life)).toEqual(expected(course))
      },
    ),
    {
      numRuns: RUNS,
      seed: SEED,
      endOnFailure: true,
      interruptAfterTimeLimit: 60_000,
      examples: [
        [
          {
            received: [
              { what: 'redact', who: 'gone' },
              { what: 'merge', told: 0 },
            ],
            picked: [1],
          },
        ],
        [
          {
            received: [
              { what: 'redact', who: 'gone' },
              { what: 'merge', told: 0 },
            ],
            picked: [],
          },
        ],
        [
          {
            received: [
              { what: 'merge', told: 0 },
              { what: 'redact', who: 'gone' },
            ],
            picked: [1, 1, 1],
          },
        ],
        [
          {
            received: [
              { what: 'redact', who: 'kept' },
              { what: 'merge', told: 0 },
            ],
            picked: [1],
          },
        ],
      ],
    },
  )
})

/** Whatever fails of an account's, as if the disk did: its redaction or its being merged away. */
async function failing(life: ShopLife, customer: number, column: 'redacted_at' | 'merged_into') {
  const [{ id }] = await rows(
    'SELECT account_id AS id FROM account WHERE shop_id = $1 AND customer_id = $2',
    life.shopId,
    customer,
  )
  await rows(`CREATE OR REPLACE FUNCTION burn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.account_id = ${id} AND NEW.${column} IS NOT NULL THEN RAISE EXCEPTION 'disk on fire'; END IF; RETURN NEW; END $$`)
  await rows('CREATE TRIGGER burn BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION burn()')
}
afterEach(() => rows('DROP TRIGGER IF EXISTS burn ON account'))
/** As if so many waits of all had passed. */
async function tries(life: ShopLife, times: number) {
  for (let i = 0; i < times; i++) {
    await rows('UPDATE inbox SET not_before = now() WHERE shop_id = $1', life.shopId)
    await work(life)
  }
}
/** The fault has been mended, and the first that was received is tried; the others' next attempt is far away. */
async function mended(life: ShopLife) {
  await rows('DROP TRIGGER burn ON account')
  await rows(`UPDATE inbox SET not_before = now() + interval '50 minutes' WHERE shop_id = $1`, life.shopId)
  await rows(
    `UPDATE inbox SET not_before = now() WHERE delivery_id = (SELECT min(delivery_id) FROM inbox WHERE shop_id = $1)`,
    life.shopId,
  )
  await work(life)
}
async function both() {
  const life = await shops.open()
  await life.order({ id: 1, customer: GONE, lines: [{ price: '20.00' }] })
  await life.order({ id: 2, customer: KEPT, lines: [{ price: '10.00' }] })
  return life
}
const waiting = ({ shopId }: ShopLife) =>
  rows(
    'SELECT d.topic, i.attempts FROM inbox i JOIN delivery d USING (shop_id, delivery_id) WHERE shop_id = $1',
    shopId,
  )

test.each(['gone', 'kept'] as const)(
  'A11: a redaction of who is %s is tried at once when the merge that it waits for has ended',
  async (who) => {
    const life = await both()
    await failing(life, GONE, 'merged_into')
    await store(life, { what: 'merge', told: 0 })
    await work(life)
    await store(life, { what: 'redact', who })
    await work(life)
    await tries(life, 6)
    expect(await waiting(life)).toHaveLength(2)
    await mended(life)
    expect(await waiting(life)).toEqual([])
    expect((await outcome(life)).points).toEqual(who === 'gone' ? { [KEPT]: 30 } : {})
  },
)

test.each(['gone', 'kept'] as const)(
  'A11: a merge that waits for the redaction of who is %s is never set aside for that, and tried at once when it has ended',
  async (who) => {
    const life = await both()
    await failing(life, { gone: GONE, kept: KEPT }[who], 'redacted_at')
    await store(life, { what: 'redact', who })
    await work(life)
    await store(life, { what: 'merge', told: 5 })
    await work(life)
    await tries(life, MOST_ATTEMPTS + 3)
    expect(await waiting(life)).toHaveLength(2)
    await mended(life)
    expect(await waiting(life)).toEqual([])
    expect((await outcome(life)).points).toEqual(who === 'gone' ? { [KEPT]: 10 } : {})
  },
)

test('A11: a merge waits no longer than until the redaction has forgotten whom it is about', async () => {
  const life = await both()
  await failing(life, GONE, 'redacted_at')
  await store(life, { what: 'redact', who: 'gone' })
  await work(life)
  await store(life, { what: 'merge', told: 5 })
  await work(life)
  await tries(life, 6)
  // Named by what waits itself, the redaction does not end.
  const [{ id }] = await rows(
    `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body) VALUES ($1, $2, 'customers/update', $3, $4)
     RETURNING delivery_id AS id`,
    life.shopId,
    randomUUID(),
    life.shop.domain,
    JSON.stringify({ id: GONE }),
  )
  await rows(
    `UPDATE inbox SET attempts = 1, not_before = now() + interval '50 minutes' WHERE delivery_id = $1`,
    id,
  )
  await mended(life)
  expect((await waiting(life)).map(({ topic }) => topic).sort()).toEqual([
    'customers/redact',
    'customers/update',
  ])
  await tries(life, 2)
  expect(await waiting(life)).toEqual([])
})
