import type pg from 'pg'
import type { Delivery } from './delivery.ts'
import { createGroupWriter } from './group-writer.ts'

/**
 * The shop is found in the same statement; 0 stands for a domain without the app. A delivery that is already in the
 * inbox is left as it is. Rows go in as they came, so delivery_id follows arrival.
 */
const STORE = `
  INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, api_version, triggered_at, body)
  SELECT coalesce(shop.shop_id, 0), d.webhook_id, d.topic, d.shop_domain, d.api_version, d.triggered_at, d.body
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[])
    WITH ORDINALITY AS d (webhook_id, topic, shop_domain, api_version, triggered_at, body, place)
  LEFT JOIN shop ON shop.domain = d.shop_domain
  ORDER BY d.place
  ON CONFLICT (shop_id, webhook_id) DO NOTHING`

/**
 * Stores the deliveries in one statement, each once. Resolves after the commit, however long that takes: one that was
 * given up would go on in the database, and further ones would take up connection after connection there.
 */
export async function storeDeliveries(pool: pg.Pool, deliveries: Delivery[]): Promise<void> {
  const query = {
    name: 'store-deliveries',
    text: STORE,
    values: [
      deliveries.map((one) => one.webhookId),
      deliveries.map((one) => one.topic),
      deliveries.map((one) => one.shopDomain),
      deliveries.map((one) => one.apiVersion),
      deliveries.map((one) => one.triggeredAt),
      deliveries.map((one) => one.body),
    ],
  }
  try {
    await pool.query(query)
  } catch (error) {
    // Two processes may be handed the same duplicates in opposite order; the one that loses goes again.
    if ((error as { code?: string }).code !== '40P01') throw error
    await pool.query(query)
  }
}

/**
 * Stores what comes in at the same time in one transaction. Resolves after the commit of its own.
 * @param stored called after each commit
 */
export function groupedStore(
  pool: pg.Pool,
  stored: () => void = () => {},
): (delivery: Delivery) => Promise<void> {
  return createGroupWriter<Delivery>({
    write: async (group) => {
      await storeDeliveries(pool, group)
      stored()
    },
    sizeOf: (delivery) => delivery.body.length,
    isFaultOfOne: isFaultOfOneRow,
  })
}

/** Data that PostgreSQL refuses (class 22) or a broken constraint (class 23): one row is at fault, not the database. */
function isFaultOfOneRow(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? ''
  return code.startsWith('22') || code.startsWith('23')
}
