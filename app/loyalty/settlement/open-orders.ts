import { TryAgain, type Tx } from '../../db/tx.ts'
import { openAccounts } from '../../ledger/accounts.ts'
import { confirmAliases } from '../../ledger/ensure-accounts.ts'
import { disputesOf, lockOrders } from '../orders/orders.ts'
import { type OrderReading, orderKey } from '../orders/readings.ts'
import { assertAllFound, findCodesOfOrders } from '../rewards/settle-redemptions.ts'
import { findHolders } from './holders.ts'

/**
 * Locks all that settling these readings may change, accounts before orders, and reads what is known of each order.
 * @throws TryAgain when an order moved to another account, or its holder was redacted, while we chose what to lock
 */
export async function openOrders(tx: Tx, newest: Map<string, OrderReading>) {
  const keys = [...newest.values()].map(({ shopId, facts }) => ({ shopId, orderId: facts.orderId }))
  const holders = await findHolders(tx, newest, keys)
  const codes = await findCodesOfOrders(
    tx,
    [...newest.values()],
    keys.filter(({ shopId, orderId }) => holders.before.get(orderKey(shopId, orderId))?.coded),
  )
  const accounts = await openAccounts(tx, [...holders.locked, ...codes])
  await confirmAliases(tx, holders.locked)
  // Of an order that had no row there is nothing to lock: whoever writes it meanwhile is met when it is saved.
  const known = await lockOrders(
    tx,
    keys.filter(({ shopId, orderId }) => holders.before.has(orderKey(shopId, orderId))),
  )
  const disputes = await disputesOf(tx, keys)
  for (const [key, order] of known)
    if (order.accountId !== holders.before.get(key)?.accountId) throw new TryAgain(`Order ${key} moved`)
  await assertAllFound(tx, [...known.values()], [...newest.values()], codes)
  return { holders, codes, accounts, known, disputes }
}

export type OpenOrders = Awaited<ReturnType<typeof openOrders>>
