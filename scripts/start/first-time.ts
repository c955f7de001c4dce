import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type pg from 'pg'
import { openPool } from '../../app/db/connections.ts'
import { PRACTICE_SHOP, places, projectRoot, type RunInfo } from '../dev-environment.ts'
import { progressBar } from '../progress-bar.ts'

/** What `/practice/status` of the practice store says. */
interface StoreStatus {
  installed: boolean
  delivered: number
  failed: number
  total: number
  done: boolean
}

const DAY_MS = 86_400_000
/** The practice shop's past is a year; the program has to be there a little earlier. */
const PROGRAM_SINCE_DAYS = 400
const FOLLOW_UP_MS = 30_000
/** When nothing was settled for so long, something is broken and waiting helps no more. */
const STALLED_MS = 90_000

/**
 * Brings the practice shop to where a shopper finds it: the app installed, the starter program published, the past
 * year's orders settled. What is done already is not done again, so it also goes on where a killed start stopped.
 */
export async function prepareShop(run: RunInfo, env: Record<string, string>, say: (words: string) => void) {
  const pool = openPool({ url: run.databaseUrl, name: 'stammgast_start' }, 2)
  try {
    if (!(await hasShop(pool)) || !(await readStatus(run)).installed) {
      say('Installing the app in the practice shop …')
      await installApp(run)
    }
    if (!(await hasProgram(pool))) {
      const from = new Date(Date.now() - PROGRAM_SINCE_DAYS * DAY_MS).toISOString().slice(0, 10)
      await stammgast(env, 'publish-program', '--starter', '--from', from)
    }
    if (await isPastSettled(pool, run)) return
    say("Delivering the past year's orders …")
    await settlePast(pool, run)
  } finally {
    await pool.end()
  }
}

/** @throws Error with the practice store's answer. */
async function installApp({ storeUrl }: RunInfo): Promise<void> {
  const response = await fetch(`${storeUrl}/practice/install`, { method: 'POST' })
  if (response.ok) return
  const words = (await response.text()).slice(0, 500)
  throw new Error(`The app could not be installed in the practice shop (${response.status}): ${words}`)
}

async function stammgast(env: Record<string, string>, ...args: string[]): Promise<void> {
  const options = { cwd: projectRoot, env: { ...process.env, ...env } }
  await promisify(execFile)(
    process.execPath,
    ['scripts/cli/main.ts', ...args, '--shop', PRACTICE_SHOP],
    options,
  )
}

async function readStatus({ storeUrl }: RunInfo): Promise<StoreStatus> {
  return (await (await fetch(`${storeUrl}/practice/status`)).json()) as StoreStatus
}

async function isPastSettled(pool: pg.Pool, run: RunInfo): Promise<boolean> {
  const status = await readStatus(run)
  return status.done && (await count(pool, WAITING)) === 0
}

const WAITING = `SELECT count(*)::int AS n FROM inbox`
const FOLLOW_UPS = `SELECT count(*)::int AS n FROM member_to_sync`

/** Shows how many of the past's deliveries are settled, until all are; then waits for the shoppers' metafields. */
async function settlePast(pool: pg.Pool, run: RunInfo): Promise<void> {
  const { total } = await readStatus(run)
  const bar = await progressBar('settling', total)
  let seen = { settled: -1, at: Date.now() }
  for (let told = Date.now(); ; await pause(300)) {
    const status = await readStatus(run)
    const waiting = await count(pool, WAITING)
    const settled = Math.max(0, status.delivered + status.failed - waiting)
    bar.update(settled)
    if (status.done && waiting === 0) break
    if (settled !== seen.settled) seen = { settled, at: Date.now() }
    if (Date.now() - seen.at > STALLED_MS) {
      bar.stop()
      throw new Error(
        `${settled} of ${total} deliveries are settled, and no more. See ${places.logs}/worker.log`,
      )
    }
    if (!process.stderr.isTTY && Date.now() - told > 10_000) {
      told = Date.now()
      console.log(`  ${settled} of ${total} deliveries are settled`)
    }
  }
  bar.stop()
  const { failed } = await readStatus(run)
  if (failed > 0) console.log(`  ${failed} deliveries were not taken; reconciliation will find them`)
  for (const end = Date.now() + FOLLOW_UP_MS; Date.now() < end && (await count(pool, FOLLOW_UPS)) > 0; )
    await pause(300)
}

const hasShop = async (pool: pg.Pool) =>
  (await count(pool, `SELECT count(*)::int AS n FROM shop WHERE uninstalled_at IS NULL`)) > 0
const hasProgram = async (pool: pg.Pool) => (await count(pool, `SELECT count(*)::int AS n FROM program`)) > 0

async function count(pool: pg.Pool, query: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(query)
  return rows[0]?.n ?? 0
}
