import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { buy, cancel, quoteCart, refund } from '../../dev-store/deeds/order-deeds.ts'
import type { Customer, Order } from '../../dev-store/model.ts'
import type { PracticeShop } from '../support/practice-shop.ts'
import type { Random } from '../support/random.ts'
import { proxyCall } from '../support/shopper-requests.ts'

interface Around {
  practice: PracticeShop
  owner: pg.Pool
  shopId: number
  appUrl: string
  random: Random
}

const ANSWER_MS = 10_000

/** What members of the practice shop do: buy, redeem (and click twice), pay with their codes, cancel. */
export class Shopping {
  #around: Around
  #customers: Customer[]

  constructor(around: Around) {
    this.#around = around
    this.#customers = around.practice.context.store.customers.all()
  }

  /** Everybody buys something. */
  begin(): void {
    for (const customer of this.#customers) for (let n = 0; n < 3; n++) this.#buy(customer, [])
  }

  async round(): Promise<void> {
    const { random } = this.#around
    const customer = random.pick(this.#customers)
    this.#buy(customer, [])
    if (random.chance(0.4)) this.#buy(random.pick(this.#customers), [])
    const rich = await this.rich()
    if (rich.length > 0) await this.#redeem(random.pick(rich))
    if (random.chance(0.5)) await this.#payWithCode()
    if (random.chance(0.15)) this.#changeAnOrder()
  }

  /** How many redemptions stand where. */
  async redemptions(): Promise<Record<string, number>> {
    const { rows } = await this.#around.owner.query(
      `SELECT concat_ws(', ', status, return_reason) AS what, count(*)::int AS n FROM redemption GROUP BY 1 ORDER BY 1`,
    )
    return Object.fromEntries(rows.map(({ what, n }) => [what, n]))
  }

  #buy(customer: Customer, codes: string[]): Order {
    const { practice, random } = this.#around
    const { store } = practice.context
    const goods = store.products.filter((one) => !one.giftCard && one.status === 'active')
    const lines = [random.pick(goods)].map((product) => ({
      product,
      variant: random.pick(product.variants),
      quantity: 1 + random.below(3),
    }))
    const quote = quoteCart(store, lines, codes, customer.id, { shipped: true, locale: 'de' })
    return buy(practice.context, {
      quote,
      source: 'web',
      customerId: customer.id,
      email: customer.email,
      locale: 'de',
      currency: 'EUR',
      gateway: 'shopify_payments',
      at: store.time(),
      address: customer.address,
    })
  }

  /** Members who can redeem. */
  async rich(): Promise<Customer[]> {
    const { owner, practice } = this.#around
    const { rows } = await owner.query<{ id: number }>(
      `SELECT a.customer_id::float8 AS id FROM balance b JOIN account a USING (shop_id, account_id)
        WHERE b.available >= 20 AND a.customer_id IS NOT NULL ORDER BY 1`,
    )
    return rows.flatMap(({ id }) => practice.context.store.customers.get(id) ?? [])
  }

  /** A click in the panel; sometimes twice, and again when no answer came: always with the same key. */
  async #redeem(customer: Customer): Promise<void> {
    const key = randomUUID()
    const clicks = this.#around.random.chance(0.3) ? 2 : 1
    const statuses = await Promise.all(Array.from({ length: clicks }, () => this.#click(customer, key)))
    for (const status of statuses)
      if (status >= 500) throw new Error(`A redemption was answered with ${status}`)
  }

  async #click(customer: Customer, key: string): Promise<number> {
    const { practice, appUrl } = this.#around
    const request = proxyCall('/panel/redeem', {
      shop: practice.domain,
      customer: String(customer.id),
      json: { rewardId: 'five-off', price: 20, key },
    })
    const { pathname, search } = new URL(request.url)
    const answer = await fetch(`${appUrl}${pathname}${search}`, {
      method: 'POST',
      headers: request.headers,
      body: await request.text(),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    await answer.arrayBuffer()
    return answer.status
  }

  async #payWithCode(): Promise<void> {
    const { owner, random, practice } = this.#around
    const { rows } = await owner.query<{ code: string; customerId: number }>(
      `SELECT r.code, a.customer_id::float8 AS "customerId" FROM redemption r JOIN account a USING (shop_id, account_id)
        WHERE r.status = 'ready' ORDER BY r.redemption_id`,
    )
    if (rows.length === 0) return
    const { code, customerId } = random.pick(rows)
    const customer = practice.context.store.customers.get(customerId)
    const used = practice.context.store.discountByCode(code)?.uses.length ?? 0
    if (customer && used === 0) this.#buy(customer, [code])
  }

  #changeAnOrder(): void {
    const { random, practice } = this.#around
    const { store } = practice.context
    const orders = store.orders.filter((order) => order.cancelledAt === null && order.refunds.length === 0)
    const order = random.pick(orders)
    const lineId = order.lines[0]?.id
    if (lineId === undefined || random.chance(0.5)) cancel(practice.context, order.id, 'customer')
    else {
      const lines = [{ lineId, quantity: 1 }]
      refund(practice.context, order.id, { lines, shipping: 0, amount: null, note: null })
    }
  }
}
