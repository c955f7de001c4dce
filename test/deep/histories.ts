import fc from 'fast-check'
import type pg from 'pg'
import { type History, history } from '../model/history.ts'
import { type Manner, Mismatch, playAll } from '../model/play.ts'
import { SETTINGS, type Setting } from '../model/programs.ts'
import type { DeepShare, Progress } from './share.ts'

/** So many histories share one shop and its transactions. */
const BATCH = 400

/** Random histories, each told cleanly and garbled, compared with the model; the tables are emptied between batches. */
export async function playHistories(owner: pg.Pool, share: DeepShare, progress: Progress): Promise<void> {
  for (let done = 0, batch = 0; done < share.count; batch++) {
    const seed = share.seed + batch
    const numRuns = Math.min(BATCH, share.count - done)
    const setting = SETTINGS[batch % SETTINGS.length] as Setting
    const histories = fc.sample(history, { seed, numRuns })
    for (const manner of ['clean', 'garbled'] as const) {
      const played = await playAll(owner, histories, setting, manner).catch((error) =>
        explain(error, owner, histories, setting, manner, { seed, numRuns }),
      )
      progress({
        deliveries: played.deliveries,
        audits: played.audits,
        redemptions: played.redemptions,
        [`histories ${manner}`]: played.histories,
      })
    }
    done += numRuns
    await emptyTables(owner)
  }
}

/** Tries the history alone, so that the report is as short as it can be. */
async function explain(
  error: unknown,
  owner: pg.Pool,
  histories: History[],
  setting: Setting,
  manner: Manner,
  { seed, numRuns }: { seed: number; numRuns: number },
): Promise<never> {
  const again = `SEED=${seed} RUNS=${numRuns} npx vitest run --project database test/model`
  const alone = error instanceof Mismatch && error.story !== null ? histories[error.story] : undefined
  const found = alone && (await playAll(owner, [alone], setting, manner).then(() => null, String))
  throw new Error(
    `${(error as Error).stack}\nshop: ${setting.name}\nagain: ${again}\nalone: ${found ?? 'passes'}\n${JSON.stringify(alone)}`,
  )
}

/** Queues and books of finished batches would only slow down the audits of the next ones. */
export async function emptyTables(owner: pg.Pool): Promise<void> {
  await owner.query(
    `TRUNCATE redemption, hold_lot, hold, lot, entry, posting, order_state, dispute, member_to_sync, balance, account,
              delivery, inbox, delivery_outcome, program, program_draft, product_label, reconciliation, data_request,
              shop, graphile_worker._private_jobs CASCADE`,
  )
}
