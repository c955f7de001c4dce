import pg from 'pg'
import type { LoadRequest, LoadResult } from './door-load.ts'
import {
  benchDatabase,
  type Figure,
  helper,
  interleavedRounds,
  median,
  medianRatio,
  SECRET,
} from './support.ts'

const CONNECTIONS = 64
const ROUNDS = 5
const ROUND_MS = 2_500
const RIVALS = ['grouped', 'single', 'remix'] as const

/**
 * How many small deliveries a second the webhook door verifies and commits: as it is, with one insert for each, and
 * through a Remix route. Server, load and PostgreSQL are processes of their own on one machine.
 */
export async function doorBench(): Promise<Figure[]> {
  const database = await benchDatabase()
  const owner = new pg.Pool({ connectionString: database.url, max: 1 })
  const server = helper('door-server.ts', {
    DATABASE_URL: database.url,
    SHOPIFY_API_KEY: 'bench',
    SHOPIFY_API_SECRET: SECRET,
    SHOPIFY_APP_URL: 'http://127.0.0.1:3000',
  })
  const load = helper('door-load.ts')
  try {
    const { port } = await server.ask<{ port: number }>({})
    const rounds = await interleavedRounds(RIVALS, ROUNDS, async (rival, round) => {
      await owner.query('TRUNCATE delivery, inbox')
      const ms = round === 0 ? ROUND_MS / 2 : ROUND_MS
      const request: LoadRequest = { port, path: `/${rival}`, secret: SECRET, connections: CONNECTIONS, ms }
      const result = await load.ask<LoadResult>(request)
      await checkStored(owner, rival, result)
      return (result.accepted * 1_000) / result.ms
    })
    return figures(rounds)
  } finally {
    server.stop()
    load.stop()
    await owner.end()
    await database.stop()
  }
}

/** A rate of answers that were no truth would be worth nothing. */
async function checkStored(owner: pg.Pool, rival: string, { accepted, refused }: LoadResult): Promise<void> {
  const { rows } = await owner.query<{ n: number }>('SELECT count(*)::int AS n FROM delivery')
  if (refused > 0 || accepted === 0 || rows[0]?.n !== accepted)
    throw new Error(`${rival}: ${accepted} accepted, ${refused} refused, ${rows[0]?.n} stored`)
}

function figures(rounds: Record<(typeof RIVALS)[number], number>[]): Figure[] {
  const ratio = (name: string, under: 'single' | 'remix', must: number, target: number): Figure => ({
    name,
    value: Number(medianRatio(rounds, 'grouped', under).toFixed(2)),
    unit: '×',
    must,
    target,
  })
  const rate = (rival: (typeof RIVALS)[number], name: string): Figure => ({
    name,
    value: Math.round(median(rounds.map((rates) => rates[rival]))),
    unit: 'deliveries/s',
    must: null,
    target: null,
  })
  return [
    ratio('webhook door: grouped ÷ single insert', 'single', 1.5, 2.5),
    ratio('webhook door ÷ the same through a Remix route', 'remix', 6, 12),
    rate('grouped', 'webhook door, grouped insert'),
    rate('single', 'webhook door, single insert'),
    rate('remix', 'webhook through a Remix route'),
  ]
}
