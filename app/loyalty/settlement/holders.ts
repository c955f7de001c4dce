import type { Tx } from '../../db/tx.ts'
import type { Treatment } from '../../domain/orders/classify-reading.ts'
import type { OrderFacts } from '../../domain/orders/order-facts.ts'
import type { AccountKey, NamedAccount } from '../../ledger/accounts.ts'
import { ensureForEach, type HeldAccount } from '../../ledger/ensure-accounts.ts'
import type { ToldHolder } from '../../ledger/forgotten-persons.ts'
import { holdersOfOrders } from '../orders/orders.ts'
import type { OrderReading } from '../orders/readings.ts'

/**
 * Whose each order is now and was before; the accounts are made where they are missing. The newest state says whose
 * an order is: a customer who was taken off it gives its points back. What a redacted person had stays where it is, and
 * what else she ordered before is nobody's, whether or not she is back.
 */
export async function findHolders(
  tx: Tx,
  newest: Map<string, OrderReading>,
  keys: { shopId: number; orderId: string }[],
) {
  const before = await holdersOfOrders(tx, keys)
  const readings = [...newest].sort(([, a], [, b]) => a.shopId - b.shopId)
  const accountOf = await ensureForEach(
    tx,
    readings
      .filter(([key, { facts }]) => !before.get(key)?.forgotten && namesSomebody(facts))
      .map(([, { shopId, facts }]) => holderOf(shopId, facts)),
  )
  const after = (
    key: string,
    { shopId, facts, origin }: OrderReading,
    judge?: Treatment['judge'],
  ): AccountKey | HeldAccount | null => {
    const earlier = before.get(key)
    // What we hold already may name nobody, of who was merged away and redacted: it says nothing of whose it is.
    if (earlier && (earlier.forgotten || origin === 'again' || judge === 'known'))
      return earlier.accountId === null ? null : { shopId, accountId: earlier.accountId }
    return namesSomebody(facts) ? accountOf(holderOf(shopId, facts)) : null
  }
  /** Whom the order names was redacted since it was placed: so it was before, or so it is told now. */
  const forgotten = (key: string, { shopId, facts }: OrderReading): boolean =>
    before.get(key)?.forgotten || (namesSomebody(facts) && accountOf(holderOf(shopId, facts)) === null)
  const locked: (AccountKey | NamedAccount | HeldAccount)[] = []
  for (const [key, reading] of newest) {
    const { shopId } = reading
    const holder = after(key, reading)
    const { accountId = null, redacted } = before.get(key) ?? {}
    if (holder) locked.push(holder)
    if (accountId !== null) locked.push(redacted ? { shopId, accountId } : { shopId, accountId, named: true })
  }
  return { before, after, forgotten, locked }
}

const namesSomebody = ({ customerId, guestHash }: OrderFacts) => (customerId ?? guestHash) !== null

/** A later change of an order that was placed before a redaction does not bring its customer back. */
function holderOf(shopId: number, { customerId, guestHash, placedAt }: OrderFacts): ToldHolder {
  return { shopId, customerId, guestHash, toldAt: placedAt }
}
