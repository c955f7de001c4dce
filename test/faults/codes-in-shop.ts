import type pg from 'pg'
import { discountStatus } from '../../dev-store/commerce/discounts.ts'
import type { DiscountNode, Order } from '../../dev-store/model.ts'
import type { Store } from '../../dev-store/store.ts'
import { codesOf, isGivenBack, isPaid } from './changed-orders.ts'

interface Redeemed {
  code: string
  status: string
  outcome: string | null
  orderId: string | null
}

/** Codes in the shop against redemptions and their holds, both ways (invariant 11), and against the orders that carry them. */
export async function checkCodes(owner: pg.Pool, store: Store): Promise<string[]> {
  const { rows } = await owner.query<Redeemed>(
    `SELECT r.code, r.status, h.outcome, r.order_id::text AS "orderId"
       FROM redemption r JOIN hold h USING (shop_id, hold_id) WHERE r.code IS NOT NULL ORDER BY r.redemption_id`,
  )
  const inShop = new Map<string, DiscountNode[]>()
  for (const node of store.discounts.filter(({ byApp }) => byApp))
    for (const { code } of node.codes) inShop.set(code, [...(inShop.get(code) ?? []), node])
  const found: string[] = []
  for (const redeemed of rows) {
    const { code, status, outcome, orderId } = redeemed
    const nodes = inShop.get(code) ?? []
    inShop.delete(code)
    const problem = nodes.length > 1 ? `${nodes.length} discounts` : wrongWith(redeemed, nodes[0], store)
    if (problem)
      found.push(`${code} (${status}, hold ${outcome ?? 'open'}, order ${orderId ?? 'none'}): ${problem}`)
  }
  for (const code of inShop.keys()) found.push(`${code}: in the shop, but never redeemed`)
  return found
}

/** Store credit in the shop against redemptions: each that is used is one credit, given once, and there is no other. */
export async function checkCredits(owner: pg.Pool, store: Store): Promise<string[]> {
  const { rows } = await owner.query<{
    id: number
    status: string
    outcome: string | null
    gid: string | null
  }>(
    `SELECT r.redemption_id::int AS id, r.status, h.outcome, r.discount_id AS gid
       FROM redemption r JOIN hold h USING (shop_id, hold_id) WHERE r.code IS NULL ORDER BY r.redemption_id`,
  )
  const credits = store.storeCreditTransactions.filter(({ kind }) => kind === 'credit')
  const given = new Set(credits.map(({ id }) => String(id)))
  const found: string[] = []
  for (const { id, status, outcome, gid } of rows) {
    const is = `${status}, ${outcome ?? 'open'}`
    const isThere = gid !== null && given.delete(gid.split('/').at(-1) ?? '')
    if (is !== (isThere ? 'used, captured' : 'returned, released'))
      found.push(`credit ${id} (${is}): ${isThere ? gid : 'not in the shop'}`)
  }
  for (const id of given) found.push(`credit ${id}: in the shop, but never redeemed`)
  return found
}

/** Whose the code is by the shop's own orders. */
function wrongWith(redeemed: Redeemed, node: DiscountNode | undefined, store: Store): string | null {
  const { status, outcome, orderId, code } = redeemed
  const uses = node?.uses.length ?? 0
  const isUsable = node !== undefined && uses === 0 && discountStatus(node, store.time()) === 'ACTIVE'
  const orders = store.orders.filter((order) => codesOf(order).includes(code))
  const [order] = orders
  if (orders.length > 1) return `on ${orders.length} orders`
  if (status === 'preparing') return 'never made'
  if (!order) return free(redeemed, isUsable)
  const stands = `${outcome ?? 'open'}, ${status}, ${orderId}`
  if (!keepsNoCode(order, code)) {
    const should = isPaid(order) ? 'captured, used' : 'open, ready'
    return stands === `${should}, ${order.id}` ? null : `should be "${should}", of order ${order.id}`
  }
  if (isUsable) return 'can still be used'
  return status === 'returned' ? null : `order ${order.id} has no use for it any more`
}

const keepsNoCode = (order: Order, code: string): boolean =>
  order.cancelledAt !== null || isGivenBack(order) || tookNothingOff(order, code)

/** Shipping that costs nothing cannot become cheaper. */
function tookNothingOff({ lines, shippingLines, discountApplications }: Order, code: string): boolean {
  const own = discountApplications.findIndex((one) => one.code === code)
  const allocations = [...lines, ...shippingLines].flatMap((line) => line.allocations)
  return allocations.every(({ applicationIndex, amount }) => applicationIndex !== own || amount === 0)
}

/** A code that is on no order waits in the shop, or its points are back. */
function free({ status, outcome, orderId }: Redeemed, isUsable: boolean): string | null {
  if (status === 'returned') return isUsable ? 'can still be used' : null
  const waits = status === 'ready' && outcome === null && orderId === null
  return waits && isUsable ? null : `on no order, usable: ${isUsable}`
}
