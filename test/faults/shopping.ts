import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { RewardKindName } from '../../app/domain/rewards/kinds.ts'
import { buy, quoteCart } from '../../dev-store/deeds/order-deeds.ts'
import type { Customer, Order } from '../../dev-store/model.ts'
import type { PracticeShop } from '../support/practice-shop.ts'
import type { Random } from '../support/random.ts'
import { proxyCall } from '../support/shopper-requests.ts'
import { changeSomeOrder } from './changed-orders.ts'

interface Around {
  practice: PracticeShop
  owner: pg.Pool
  shopId: number
  appUrl: string
  random: Random
}

const ANSWER_MS = 10_000
/** What can be redeemed: codes of two kinds, and what is no code. A reward is called as its kind. */
export const PRIZES: readonly RewardKindName[] = ['amount-off', 'free-shipping', 'store-credit']
/** In points. */
export const PRICE = 20
/** How many of a hundred orders are paid in advance: with a code, and without. */
const [LATER_WITH_CODE, LATER] = [0.4, 0.1]

/** What members of the practice shop do: buy, redeem (and click twice), pay with their codes, give back, cancel. */
export class Shopping {
  #around: Around
  #customers: Customer[]
  /** Clicks that were refused because the reward costs something else by now. */
  oldPrices = 0

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
    if (random.chance(0.3)) changeSomeOrder(this.#around.practice.context, random)
  }

  /** How many redemptions stand where. */
  async redemptions(): Promise<Record<string, number>> {
    const { rows } = await this.#around.owner.query(
      `SELECT concat_ws(', ', reward_id, status, return_reason, CASE WHEN status = 'ready' AND order_id IS NOT NULL THEN 'on an unpaid order' END) AS what, count(*)::int AS n FROM redemption GROUP BY 1 ORDER BY 1`,
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
      gateway: random.chance(codes.length > 0 ? LATER_WITH_CODE : LATER) ? 'Vorkasse' : 'shopify_payments',
      at: store.time(),
      address: customer.address,
    })
  }

  /** Members who can redeem. */
  async rich(): Promise<Customer[]> {
    const { owner, practice } = this.#around
    const { rows } = await owner.query<{ id: number }>(
      `SELECT a.customer_id::float8 AS id FROM balance b JOIN account a USING (shop_id, account_id)
        WHERE b.available >= ${PRICE} AND a.customer_id IS NOT NULL ORDER BY 1`,
    )
    return rows.flatMap(({ id }) => practice.context.store.customers.get(id) ?? [])
  }

  /**
   * A click in the panel; sometimes twice, and again when no answer came: always with the same key. Some have the page
   * open for so long that it shows another price; they are asked first and then click on the right one.
   */
  async #redeem(customer: Customer): Promise<void> {
    const { random } = this.#around
    const key = randomUUID()
    const prize = random.pick(PRIZES)
    if (random.chance(0.15)) await this.#clickAtOldPrice(customer, prize, key)
    const clicks = random.chance(0.3) ? 2 : 1
    const answers = await Promise.all(
      Array.from({ length: clicks }, () => this.#click(customer, prize, key, PRICE)),
    )
    for (const { status } of answers)
      if (status >= 500) throw new Error(`A redemption was answered with ${status}`)
  }

  async #clickAtOldPrice(customer: Customer, prize: RewardKindName, key: string): Promise<void> {
    const { status, text } = await this.#click(customer, prize, key, PRICE + 5)
    // Meanwhile the points may have gone with an order.
    const code = status === 409 ? JSON.parse(text).error.code : null
    if (code !== 'price-changed' && code !== 'not-enough-points' && code !== 'in-debt')
      throw new Error(`A redemption at a price of old was answered with ${status} ${text}`)
    const { rowCount } = await this.#around.owner.query('SELECT FROM redemption WHERE request_key = $1', [
      key,
    ])
    if (rowCount !== 0) throw new Error('Points were taken at a price that is none')
    if (code === 'price-changed') this.oldPrices++
  }

  async #click(
    customer: Customer,
    rewardId: RewardKindName,
    key: string,
    price: number,
  ): Promise<{ status: number; text: string }> {
    const { practice, appUrl } = this.#around
    const request = proxyCall('/panel/redeem', {
      shop: practice.domain,
      customer: String(customer.id),
      json: { rewardId, price, key },
    })
    const { pathname, search } = new URL(request.url)
    const answer = await fetch(`${appUrl}${pathname}${search}`, {
      method: 'POST',
      headers: request.headers,
      body: await request.text(),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    return { status: answer.status, text: await answer.text() }
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
}
