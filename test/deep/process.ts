import pg from 'pg'
import { closePools } from '../../app/db/db.server.ts'
import { closeShopify } from '../../app/shopify.server.ts'
import type { DeepShare, Progress } from './share.ts'

/**
 * One process of `npm run test:deep`: `node test/deep/process.ts PART COUNT SEED`, with the app's environment. Says
 * what it has done as JSON, one line at a time.
 */
const PARTS: Record<
  string,
  () => Promise<(owner: pg.Pool, share: DeepShare, progress: Progress) => Promise<void>>
> = {
  histories: async () => (await import('./histories.ts')).playHistories,
  poison: async () => (await import('./poison.ts')).poison,
  races: async () => (await import('./races.ts')).runRaces,
}

const [part = '', count, seed] = process.argv.slice(2)
const owner = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
const load = PARTS[part]
if (!load) throw new Error(`There is no part "${part}"; there are ${Object.keys(PARTS).join(', ')}`)
try {
  const run = await load()
  await run(owner, { count: Number(count), seed: Number(seed) }, (counts) =>
    console.log(JSON.stringify(counts)),
  )
} catch (error) {
  console.error((error as Error).stack)
  process.exitCode = 1
} finally {
  await Promise.all([owner.end(), closePools(), closeShopify()])
}
