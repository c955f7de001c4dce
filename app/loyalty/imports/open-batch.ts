import { withShop } from '../../db/db.server.ts'
import { type GivenLife, lifeOfGiven } from '../../domain/expiry/expiry.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { customerNames } from '../../shopify/customer-names.ts'
import type { ProgramShop } from '../program/programs.ts'
import { readGivenDays, withGivenDays } from './given-days.ts'
import {
  type BatchLine,
  type BatchSums,
  type BatchView,
  batchLines,
  readBatch,
  sumBatch,
} from './read-batch.ts'

export interface OpenBatch {
  batch: BatchView
  sums: BatchSums
  /** The first lines with a problem, and of those without. */
  problems: BatchLine[]
  sample: BatchLine[]
  /** Names by customer id, as far as Shopify told. */
  names: Record<string, string>
  /** Points do not lapse by the program in force: a last valid day has no effect. */
  neverLapses: boolean
  /** How long points last that are given now and name no last day; null: they do not lapse. */
  givenNow: GivenLife | null
  /** The version by which lines without a last day get theirs; null: nothing is published. */
  version: number | null
}

/** All that the page of a file shows; null when there is none of this number. */
export async function openBatch(
  shop: ProgramShop,
  graphql: AdminGraphql,
  batchId: number,
): Promise<OpenBatch | null> {
  const { shopId } = shop
  const page = await withShop(shopId, async (tx) => {
    const batch = await readBatch(tx, shopId, batchId)
    if (!batch) return null
    const now = Date.now()
    const days = await readGivenDays(tx, shop, now)
    const sample = await batchLines(tx, shopId, batchId, { problems: false, most: 20 })
    return {
      batch,
      version: days.version,
      neverLapses: days.expiry === null || days.expiry.kind === 'never',
      givenNow: days.expiry && lifeOfGiven(days.expiry, now, days.zone),
      sums: await sumBatch(tx, shopId, batchId),
      problems: await batchLines(tx, shopId, batchId, { problems: true }),
      sample: withGivenDays(sample, batch, days),
    }
  })
  if (!page) return null
  const ids = [...page.problems, ...page.sample].flatMap(({ customerId }) => customerId ?? [])
  // While it is under way the page is asked every other second: names can wait.
  const moving = page.batch.status === 'checking' || page.batch.status === 'running'
  const names = moving ? null : await customerNames(graphql, [...new Set(ids)])
  return { ...page, names: Object.fromEntries(names ?? []) }
}
