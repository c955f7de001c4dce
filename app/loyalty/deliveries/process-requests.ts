import { acrossShops, aloneIfFree } from '../../db/db.server.ts'
import { claimDeliveries, type Delivery, dueRequests, finishDeliveries } from '../inbox/inbox.ts'
import { NOTHING_SEARCHED, type Searched, SearchFirst } from '../upkeep/search-first.ts'
import { noteFault, processBatch } from './process-deliveries.ts'

/**
 * Takes one request that waits apart to its end: one after the other of a shop, whichever process has it in hand. What
 * it searches is searched before the transaction that takes it out of the inbox, so whoever dies leaves it there.
 * @returns how many were taken
 */
export async function processRequests(now: () => number): Promise<number> {
  for (const { shopId, deliveryId } of await acrossShops(dueRequests)) {
    const free = await aloneIfFree(`requests/${shopId}`, () => processRequest(deliveryId, now))
    if (free) return 1
  }
  return 0
}

async function processRequest(deliveryId: number, now: () => number): Promise<void> {
  let claimed: Delivery[] = []
  const attempt = (searched: Searched) =>
    acrossShops(async (tx) => {
      claimed = await claimDeliveries(tx, 1, [deliveryId])
      await finishDeliveries(tx, await processBatch(tx, claimed, now(), searched))
    })
  try {
    await searchingFirst(attempt)
  } catch (error) {
    const [delivery] = claimed
    if (!delivery) throw error
    await noteFault(delivery, error as Error)
  }
}

/** Who is somebody else each time is tried again later, so that nobody waits behind her for ever. */
const MOST_ROUNDS = 20

/** Whom it is about may change meanwhile, by a merge: then all is searched for her anew. */
async function searchingFirst(attempt: (searched: Searched) => Promise<void>): Promise<void> {
  for (let searched = NOTHING_SEARCHED, round = 1; ; round++) {
    try {
      return await attempt(searched)
    } catch (error) {
      if (!(error instanceof SearchFirst) || round === MOST_ROUNDS) throw error
      searched = await error.search()
    }
  }
}
