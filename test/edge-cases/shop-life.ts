import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { acrossShops, jobsPool, readShop } from '../../app/db/db.server.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { type MemberBalance, readMember } from '../../app/loyalty/members/read-member.ts'
import { maturePoints } from '../../app/loyalty/settlement/mature-points.ts'
import { type Shop, shopByDomain } from '../../app/loyalty/shop/shop-of-request.ts'
import { explainEntry } from '../../app/loyalty/surfaces/explain-entry.ts'
import { readHistory } from '../../app/loyalty/surfaces/read-history.ts'
import { readPanel } from '../../app/loyalty/surfaces/read-panel.ts'
import { type Locale, wording } from '../../app/wording.ts'
import { useDatabase } from '../database.ts'
import { openDoor, type RunningDoor } from '../intake/door-harness.ts'
import { type OrderOptions, orderPayload } from '../support/order-payload.ts'
import { testProgram } from '../support/program.ts'
import { redeemCode } from '../support/redeem-code.ts'
import { makeShop, publish } from '../support/shop.ts'
import { workOff } from '../support/work-off.ts'

/**
 * A shop whose webhooks come through the real door, signed, and are worked off; and what a member then sees. Orders
 * are placed on November 1 unless told otherwise: by `SOON` their points are pending, by `LATER` available.
 */
export const SOON = Date.parse('2026-11-10T12:00:00Z')
export const LATER = Date.parse('2026-12-10T12:00:00Z')

/** For twenty points. */
export const SMALL_REWARD = {
  id: 'small',
  kind: 'amount-off' as const,
  amount: '5.00',
  name: { de: '5 € Rabatt', en: '€5 off' },
  cost: 20,
  minimumSpend: null,
  validDays: 30,
  oncePerMember: false,
  tiers: [],
  active: true,
}

export interface Told {
  title: string
  detail: string[]
  points: number
}

export interface ShopLife {
  shopId: number
  shop: Shop
  /** Delivers and works off one webhook. @returns how it ended */
  tell(
    topic: string,
    payload: object,
    options?: { at?: string },
  ): Promise<{ status: string; reason: string | null }>
  /** An order's state by `orders/updated`. */
  order(options: OrderOptions): Promise<{ status: string; reason: string | null }>
  /** States of orders that lie in the inbox together, in this order, and are worked off as one batch. */
  orders(states: OrderOptions[]): Promise<void>
  /** The clock of the worker. */
  now: number
  /** Lets time pass: return windows end. */
  wait(until: number): Promise<void>
  balance(customer: number): Promise<MemberBalance | null>
  /** The member's history in words, newest first. */
  history(customer: number, locale?: Locale): Promise<Told[]>
  panel(customer: number | null, locale?: Locale): Promise<Awaited<ReturnType<typeof readPanel>>>
  /** As a click in the panel does; the reward costs what `SMALL_REWARD` costs. */
  redeem(customer: number, rewardId: string): ReturnType<typeof redeemCode>
  publish(version: number, change: Parameters<typeof testProgram>[0], from: string): Promise<void>
  jobs(name: string): Promise<Record<string, unknown>[]>
}

type Options = Omit<NonNullable<Parameters<typeof makeShop>[1]>, 'program'> & {
  program?: Parameters<typeof testProgram>[0]
}

/** Lies in the inbox, as the door has left it. @returns its id */
export async function storeDelivery(
  owner: pg.Pool,
  life: ShopLife,
  topic: string,
  payload: object,
): Promise<number> {
  const { rows } = await owner.query<{ id: number }>(
    `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, triggered_at, body)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING delivery_id::int AS id`,
    [
      life.shopId,
      randomUUID(),
      topic,
      life.shop.domain,
      new Date(life.now),
      JSON.stringify({ shop_domain: life.shop.domain, ...payload }),
    ],
  )
  return rows[0]?.id as number
}

/** Call once per file. After every test all rules of points accounting must hold. */
export function useShopLife() {
  const database = useDatabase()
  let door: RunningDoor
  beforeAll(async () => {
    door = await openDoor(jobsPool())
  })
  afterEach(async () => {
    const broken = (await acrossShops(auditLedger)).filter(({ violations }) => violations > 0)
    expect(broken).toEqual([])
  })
  afterAll(() => door.close())

  async function open(options: Options = {}): Promise<ShopLife> {
    const { program, ...rest } = options
    const { shopId, domain } = await makeShop(database.owner(), { ...rest, program: testProgram(program) })
    const shop = (await shopByDomain(domain)) as Shop
    const deliver = async (topic: string, payload: object, at?: string): Promise<string> => {
      const webhookId = randomUUID()
      const compliance = /redact|data_request/.test(topic) && { shop_domain: domain }
      const response = await door.deliver(JSON.stringify({ ...compliance, ...payload }), {
        'x-shopify-topic': topic,
        'x-shopify-shop-domain': domain,
        'x-shopify-webhook-id': webhookId,
        ...(at && { 'x-shopify-triggered-at': at }),
      })
      expect(response.status).toBe(200)
      return webhookId
    }
    const life: ShopLife = {
      shopId,
      shop,
      now: LATER,
      async tell(topic, payload, { at } = {}) {
        const webhookId = await deliver(topic, payload, at)
        while ((await workOff(() => life.now)) > 0);
        const { rows } = await database
          .owner()
          .query('SELECT status, reason FROM delivery_status WHERE webhook_id = $1', [webhookId])
        return rows[0]
      },
      order: (order) => life.tell('orders/updated', orderPayload(order)),
      async orders(states) {
        for (const state of states) await deliver('orders/updated', orderPayload(state))
        while ((await workOff(() => life.now)) > 0);
      },
      async wait(until) {
        life.now = until
        await maturePoints(until)
      },
      balance: (customer) =>
        readShop(shopId, async (tx) => (await readMember(tx, shopId, String(customer)))?.balance ?? null),
      history: (customer, locale = 'de') =>
        readShop(shopId, async (tx) => {
          const member = await readMember(tx, shopId, String(customer))
          if (!member) return []
          const { lines } = await readHistory(tx, { shopId, accountId: member.accountId })
          const words = wording(locale, { timeZone: shop.timeZone, currency: shop.currency })
          return lines.map((line) => {
            const { title, detail } = explainEntry(line, words)
            // Intl writes a no-break space before the currency; the eye does not care.
            return {
              title,
              detail: detail.map((text) => text.replaceAll('\u00a0', ' ')),
              points: line.points,
            }
          })
        }),
      panel: (customer, locale = 'de') =>
        readPanel({
          shop,
          customerId: customer === null ? null : String(customer),
          locale,
          now: life.now,
        }),
      redeem: (customer, rewardId) =>
        redeemCode({
          shop,
          customerId: String(customer),
          rewardId,
          price: SMALL_REWARD.cost,
          requestKey: randomUUID(),
          now: life.now,
        }),
      publish: (version, change, from) =>
        publish(database.owner(), shopId, version, testProgram(change), from),
      async jobs(name) {
        const { rows } = await database.owner().query(
          `SELECT payload FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
              WHERE t.identifier = $1 AND (payload ->> 'shopId')::bigint = $2 ORDER BY j.id`,
          [name, shopId],
        )
        return rows.map((row) => row.payload)
      },
    }
    return life
  }
  return { open, owner: () => database.owner() }
}

/** Both languages must tell it. */
export async function titles(life: ShopLife, customer: number): Promise<{ de: string[]; en: string[] }> {
  const [de, en] = [await life.history(customer, 'de'), await life.history(customer, 'en')]
  return { de: de.map(({ title }) => title), en: en.map(({ title }) => title) }
}
