import type pg from 'pg'
import { expirePoints } from '../../app/loyalty/expiry/expire-points.ts'
import { warnMembers } from '../../app/loyalty/expiry/warn-of-expiry.ts'
import { maturePoints } from '../../app/loyalty/settlement/mature-points.ts'
import { sendWarnings } from '../support/expiry.ts'
import { seeded } from '../support/random.ts'
import { type Book, readBook } from './book.ts'
import { makeFaultShop, runCleanly } from './clean-run.ts'
import { CHANGES, CLOCK_PROGRAM, planClock, SLIPS, UNANNOUNCED, ZONE } from './clock-plan.ts'

export interface Walk {
  book: Book
  /** Lots that lapsed. */
  lapsed: number
  unannounced: string[]
}

/**
 * The use cases themselves, with a clock that is told them: through every change of the clocks, one after the other.
 * @param slips moves of the clock at each stop; the clean run has none
 */
export async function walkClock(
  owner: pg.Pool,
  customers: readonly string[],
  seed: number,
  slips: boolean,
  changes: readonly number[] = CHANGES,
): Promise<Walk> {
  const programs = [{ program: CLOCK_PROGRAM, from: '2020-01-01T00:00:00Z' }]
  const shop = await makeFaultShop(owner, { name: 'clock', programs })
  const random = seeded(seed)
  for (const [n, change] of changes.entries()) {
    for (const { at, lines } of planClock(change, customers, seed + n, 8_000_000 + n * 10_000).stops) {
      const slip = slips ? random.pick(SLIPS) : 0
      await runCleanly(owner, shop, lines, () => at + slip)
      for (const now of slip === 0 ? [at] : random.shuffled([at + slip, at, at + slip, at]))
        await byTheClock(owner, shop.shopId, now)
      await byTheClock(owner, shop.shopId, at)
    }
  }
  return { book: await readBook(owner, shop.shopId), ...(await lapses(owner, shop.shopId)) }
}

async function byTheClock(owner: pg.Pool, shopId: number, now: number): Promise<void> {
  await maturePoints(now)
  await warnMembers(shopId, now)
  await sendWarnings(owner, shopId, now, ZONE)
  await expirePoints(now)
}

export async function lapses(owner: pg.Pool, shopId: number): Promise<Omit<Walk, 'book'>> {
  const { rows } = await owner.query<{ what: string }>(UNANNOUNCED, [shopId])
  const { rowCount } = await owner.query(`SELECT FROM posting WHERE shop_id = $1 AND kind = 'expiry'`, [
    shopId,
  ])
  return { lapsed: rowCount ?? 0, unannounced: rows.map(({ what }) => what) }
}
