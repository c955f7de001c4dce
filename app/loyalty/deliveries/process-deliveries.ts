import { acrossShops } from '../../db/db.server.ts'
import { BY_KEY, prepared } from '../../db/prepared.ts'
import type { Tx } from '../../db/tx.ts'
import { isDomainError } from '../../domain/text/errors.ts'
import { logger } from '../../logger.server.ts'
import { claimDeliveries, type Delivery, type Ending, finishDeliveries } from '../inbox/inbox.ts'
import type { Searched } from '../upkeep/search-first.ts'
import { handleTopic, READS_MUCH } from './handle-topic.ts'
import { ORDER_TOPICS, settleOrderDeliveries } from './order-deliveries.ts'

/** So many deliveries share one transaction. */
const BATCH = 200

/**
 * Takes one batch of waiting deliveries to its end: done, ignored or quarantined with a reason, or later. What fails
 * for no known reason is tried alone, so that one poisoned delivery holds up nobody.
 * @returns how many were taken
 */
export async function processDeliveries(now: () => number, most = BATCH): Promise<number> {
  let claimed: Delivery[] = []
  try {
    return await acrossShops(async (connection) => {
      await connection.query(BY_KEY)
      const tx = prepared(connection)
      claimed = await claimDeliveries(tx, most)
      if (claimed.length > 0) await finishDeliveries(tx, await processBatch(tx, claimed, now()))
      return claimed.length
    })
  } catch (error) {
    if (claimed.length === 0) throw error
    logger.warn(
      { deliveries: claimed.length, reason: (error as Error).message },
      'a batch failed; trying one by one',
    )
    for (const delivery of claimed) await processAlone(delivery.deliveryId, now)
    return claimed.length
  }
}

async function processAlone(deliveryId: number, now: () => number): Promise<void> {
  let claimed: Delivery[] = []
  try {
    await acrossShops(async (tx) => {
      claimed = await claimDeliveries(tx, 1, [deliveryId])
      await finishDeliveries(tx, await processBatch(tx, claimed, now()))
    })
  } catch (error) {
    const [delivery] = claimed
    if (!delivery) throw error
    await noteFault(delivery, error as Error)
  }
}

export async function noteFault(delivery: Delivery, { message: reason }: Error): Promise<void> {
  const { shopId, deliveryId, topic } = delivery
  logger.error({ shopId, deliveryId, topic, reason }, 'delivery failed')
  await acrossShops((tx) => putOff(tx, deliveryId, reason))
}

/** Unless another worker has taken or finished it since. */
async function putOff(tx: Tx, deliveryId: number, reason: string): Promise<void> {
  const claimed = await claimDeliveries(tx, 1, [deliveryId])
  await finishDeliveries(tx, new Map(claimed.map((delivery) => [delivery, { status: 'later', reason }])))
}

/** @param searched of a request that comes alone; undefined: what reads much is set apart, and nobody waits for it */
export async function processBatch(
  tx: Tx,
  deliveries: Delivery[],
  now: number,
  searched?: Searched,
): Promise<Map<Delivery, Ending>> {
  const endings = new Map<Delivery, Ending>()
  const orders: Delivery[] = []
  const others: Delivery[] = []
  for (const delivery of deliveries) {
    if (delivery.shopErased) endings.set(delivery, { status: 'erased' })
    else if (delivery.shopId === 0) {
      endings.set(delivery, {
        status: 'ignored',
        reason: `The app is not installed in ${delivery.shopDomain}`,
      })
    } else if (ORDER_TOPICS.has(delivery.topic)) orders.push(delivery)
    else if (READS_MUCH.has(delivery.topic) && !searched) endings.set(delivery, { status: 'apart' })
    else others.push(delivery)
  }
  if (orders.length > 0) {
    for (const [delivery, ending] of await settleOrderDeliveries(tx, orders, now))
      endings.set(delivery, ending)
  }
  for (const delivery of others) {
    try {
      endings.set(delivery, await handleTopic(tx, delivery, now, searched))
    } catch (error) {
      // A refused payload has changed nothing yet; anything else undoes the transaction.
      if (!isDomainError(error, 'invalid-payload')) throw error
      endings.set(delivery, { status: 'quarantined', reason: error.message })
    }
  }
  return endings
}
