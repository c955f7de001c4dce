import type { Tx } from '../../db/tx.ts'
import { isDomainError } from '../../domain/text/errors.ts'
import { object, optionalId, parseBody } from '../../shopify/payload.ts'
import type { Delivery } from '../inbox/inbox.ts'

/**
 * A redaction takes what somebody has, and a merge moves it: which of two came first decides whose it is. Each waits for
 * those of the other kind that were received before it, so that neither faults nor the hands of several workers do.
 */

/**
 * Whether one of these deliveries is a merge that came before the request.
 * @param naming deliveries that name the person of the request
 */
export async function mergeIsBefore(
  tx: Tx,
  { shopId, deliveryId }: Delivery,
  naming: Iterable<number>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `SELECT FROM inbox i JOIN delivery d USING (shop_id, delivery_id)
      WHERE shop_id = $1 AND delivery_id = ANY($2::bigint[]) AND delivery_id < $3 AND d.topic = 'customers/merge'
        AND NOT i.link_cut LIMIT 1`,
    [shopId, [...naming], deliveryId],
  )
  return rowCount === 1
}

/** Whether one of these customers is to be redacted by a request that came before the merge and has not forgotten anybody yet. */
export async function redactionIsBefore(
  tx: Tx,
  { shopId, deliveryId }: Delivery,
  customerIds: string[],
): Promise<boolean> {
  const { rows } = await tx.query<{ body: string }>(
    `SELECT d.body FROM inbox i JOIN delivery d USING (shop_id, delivery_id)
      WHERE shop_id = $1 AND delivery_id < $2 AND d.topic = 'customers/redact' AND NOT i.link_cut`,
    [shopId, deliveryId],
  )
  return rows.some(({ body }) => customerIds.includes(customerOf(body) ?? ''))
}

/** Whom a request is about; null: nobody whose number can be read, and it will be set aside. */
function customerOf(body: string): string | null {
  try {
    return optionalId(object(parseBody(body).customer, 'customer').id, 'customer.id')
  } catch (error) {
    if (!isDomainError(error, 'invalid-payload')) throw error
    return null
  }
}
