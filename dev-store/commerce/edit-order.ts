/** Order edits. Pure: returns a new document, ids and times are arguments. */
import type { IsoTime, Order, Product, Refund, Variant } from '../model.ts'
import { CommerceError } from './errors.ts'
import { changed, currentQuantity, lineOf, orderTotals, payments, pendingRefund } from './order-state.ts'
import { type NextId, orderLine } from './place-order.ts'
import { adjustment, refundLines } from './refund-order.ts'

export interface OrderChange {
  add: { product: Product; variant: Variant; quantity: number }[]
  /** New number of standing pieces of a line; 0 removes it. */
  setQuantity: { lineId: number; quantity: number }[]
  note: string | null
}

/**
 * An order edit. Added pieces cost the full price. Removed pieces are written as a refund without a
 * transaction; if they were paid, what is owed stands as a "Pending refund discrepancy" until it is paid back.
 * Throws `unknown-line`, `already-cancelled`.
 */
export function editOrder(order: Order, change: OrderChange, at: IsoTime, nextId: NextId): Order {
  if (order.cancelledAt) throw new CommerceError('already-cancelled', `${order.name} is cancelled`)
  const next = changed(order, at)
  const edit: Order['edits'][number] = {
    id: nextId('OrderEdit'),
    at,
    note: change.note,
    added: [],
    removed: [],
  }
  const removals: { lineId: number; quantity: number }[] = []
  for (const { lineId, quantity } of change.setQuantity) {
    const line = lineOf(next, lineId)
    const difference = quantity - currentQuantity(next, line)
    if (difference > 0) {
      line.quantity += difference
      edit.added.push({ lineId, quantity: difference })
    } else if (difference < 0) {
      removals.push({ lineId, quantity: -difference })
    }
  }
  edit.removed = removals
  if (removals.length > 0) next.refunds.push(removalByEdit(next, removals, at, nextId))
  for (const { product, variant, quantity } of change.add) {
    const line = { ...orderLine({ product, variant, quantity }, next.locale, nextId), addedByEditAt: at }
    next.lines.push(line)
    edit.added.push({ lineId: line.id, quantity })
  }
  next.edits.push(edit)
  const open = next.transactions.find((one) => one.kind === 'sale' && one.status === 'pending')
  if (open) open.amount = Math.max(0, orderTotals(next).outstanding)
  return next
}

function removalByEdit(
  order: Order,
  removals: { lineId: number; quantity: number }[],
  at: IsoTime,
  nextId: NextId,
): Refund {
  const { received, refunded } = payments(order)
  const before = orderTotals(order).currentTotal
  const lines = refundLines(order, removals, 'no_restock', nextId)
  const removed = lines.reduce((sum, line) => sum + line.subtotal, 0)
  // Only what is paid beyond the new total is owed back.
  const owed = Math.max(0, received - refunded - Math.max(0, before - removed) - pendingRefund(order))
  return {
    id: nextId('Refund'),
    createdAt: at,
    note: null,
    lines,
    shippingLines: [],
    adjustments: owed > 0 ? [adjustment(owed, 'Pending refund discrepancy', nextId)] : [],
    transactionIds: [],
    fromEdit: true,
  }
}
