import { withShop } from '../../db/db.server.ts'
import { readGivenDays, withGivenDays } from '../imports/given-days.ts'
import { type BatchLine, type BatchView, batchLines, listBatches, readBatch } from '../imports/read-batch.ts'
import type { ProgramShop } from '../program/programs.ts'

/** The files of a shop, newest first. */
export function openFiles(shopId: number): Promise<BatchView[]> {
  return withShop(shopId, (tx) => listBatches(tx, shopId))
}

const MORE = 200

/**
 * The next lines of a file, for "show more".
 * @param after the line after which they begin
 * @param problems those that cannot be booked, else those that can
 */
export function moreLines(
  shop: ProgramShop,
  batchId: number,
  { after, problems }: { after: number; problems: boolean },
): Promise<BatchLine[]> {
  return withShop(shop.shopId, async (tx) => {
    const found = await batchLines(tx, shop.shopId, batchId, { problems, after, most: MORE })
    const batch = await readBatch(tx, shop.shopId, batchId)
    return batch ? withGivenDays(found, batch, await readGivenDays(tx, shop, Date.now())) : found
  })
}

/** As many as a file can have. */
const MOST_LINES = 50_000

/** All lines of a file that cannot be booked. */
export function everyProblem(shopId: number, batchId: number): Promise<BatchLine[]> {
  return withShop(shopId, (tx) => batchLines(tx, shopId, batchId, { problems: true, most: MOST_LINES }))
}
