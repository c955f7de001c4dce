import { currentQuantity, payments, shippingTotal } from '../../dev-store/commerce/order-state.ts'
import type { PracticeContext } from '../../dev-store/context.ts'
import { cancel, payOrder, refund } from '../../dev-store/deeds/order-deeds.ts'
import type { Order } from '../../dev-store/model.ts'
import type { Random } from '../support/random.ts'

/** What becomes of an order after it was placed. */

export const codesOf = (order: Order): string[] =>
  order.discountApplications.flatMap(({ code }) => (code === null ? [] : [code]))

export const isPaid = (order: Order): boolean => payments(order).received > 0

/** No piece of it is left, and of its money the shop has nothing more. */
export function isGivenBack(order: Order): boolean {
  const { received, refunded } = payments(order)
  return (
    received > 0 && refunded === received && order.lines.every((line) => currentQuantity(order, line) === 0)
  )
}

/** One that nothing has happened to is paid late, cancelled, or goes back in part or wholly; most often with a code. */
export function changeSomeOrder(context: PracticeContext, random: Random): void {
  const fresh = context.store.orders.filter(
    ({ cancelledAt, refunds }) => cancelledAt === null && refunds.length === 0,
  )
  const coded = fresh.filter((order) => codesOf(order).length > 0)
  const order = random.pick(coded.length > 0 && random.chance(0.7) ? coded : fresh)
  if (random.chance(0.4)) cancel(context, order.id, 'customer')
  else if (!isPaid(order)) payOrder(context, order.id)
  else giveBack(context, order, random.chance(0.5))
}

function giveBack(context: PracticeContext, order: Order, wholly: boolean): void {
  const lines = order.lines.map(({ id, quantity }) => ({ lineId: id, quantity: wholly ? quantity : 1 }))
  const shipping = wholly ? shippingTotal(order) : 0
  refund(context, order.id, { lines: wholly ? lines : lines.slice(0, 1), shipping, amount: null, note: null })
}
