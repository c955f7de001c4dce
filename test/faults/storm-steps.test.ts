import { afterAll, beforeAll, expect, test } from 'vitest'
import { processDeliveries } from '../../app/loyalty/deliveries/process-deliveries.ts'
import { useDatabase } from '../database.ts'
import { SETTINGS, type Setting } from '../model/programs.ts'
import { type DatabaseLine, databaseLine } from '../support/line.ts'
import { makeFaultShop, storeLines } from './clean-run.ts'
import { makeDeliveries } from './deliveries.ts'
import { holdTable } from './stop-at-lock.ts'
import { WORKER_STEPS } from './storm-deeds.ts'

/**
 * The storm strikes at steps that it knows by their statements, and one that it no longer meets is told by a long run
 * alone. Here a batch in this process is stopped at each.
 */
const database = useDatabase()
const REACH_MS = 20_000
const LINES = 30
const steps = Object.entries(WORKER_STEPS)
const { clean } = makeDeliveries(Math.ceil((steps.length * LINES) / 0.7), 4711)
let line: DatabaseLine
let shop: { shopId: number; domain: string }

beforeAll(async () => {
  shop = await makeFaultShop(database.owner(), SETTINGS[0] as Setting)
  line = await databaseLine(database.url())
  process.env.DATABASE_URL = line.url
})
afterAll(() => line?.close())

test.each(steps)('a worker can be met as it %s', async (_, place) => {
  const lines = clean.splice(0, LINES)
  // Each twice: the second is to be ignored, and that is noted.
  await storeLines(database.owner(), shop, [...lines, ...lines])
  const table = typeof place === 'string' ? await holdTable(database.owner(), place) : null
  const stop = typeof place === 'string' ? table : line.stopAt(place)
  const batch = processDeliveries(Date.now).catch(() => 0)
  await expect(stop?.reached(REACH_MS)).resolves.toBeUndefined()
  await table?.release()
  line.letPass()
  await line.cut()
  await batch
  await line.mend()
  while ((await processDeliveries(Date.now).catch(() => 1)) > 0);
})
