import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { useDatabase } from '../database.ts'
import { history } from './history.ts'
import { type Manner, playAll } from './play.ts'
import { SETTINGS } from './programs.ts'

/** A quick share of what `npm run test:deep` does a hundred thousand times. SEED and RUNS reproduce and scale. */

vi.setConfig({ testTimeout: 120_000 }) // a busy machine takes ten times as long
const database = useDatabase()
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const runs = Number(process.env.RUNS ?? 120)

describe.each(SETTINGS.map((setting) => [setting.name, setting] as const))(
  'in a shop with: %s',
  (_, setting) => {
    test.each(['clean', 'garbled'] as Manner[])(
      `histories told %s end as their final states say (seed ${seed})`,
      async (manner) => {
        const histories = fc.sample(history, { seed, numRuns: runs })
        const played = await playAll(database.owner(), histories, setting, manner)
        expect(played.histories).toBe(runs)
      },
    )

    test(`a single history, made small when it fails (seed ${seed})`, async () => {
      await fc.assert(
        fc.asyncProperty(history, async (one) => {
          for (const manner of ['clean', 'garbled'] as const)
            await playAll(database.owner(), [one], setting, manner)
        }),
        { seed: seed + 1, numRuns: Math.ceil(runs / 40), interruptAfterTimeLimit: 20_000 },
      )
    })
  },
)
