import type pg from 'pg'
import { type Lab, openLab } from './batch-lab.ts'
import { openL } from './pgbench-l.ts'
import { type Figure, interleavedRounds, median } from './support.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const LOTS = 40_000
const SHOPS = 20
const CUSTOMERS = 50_000
const LOTS_A_MEMBER = 5

/**
 * The sweep that lets points lapse: members with five lots each, one of them due and warned of. Everything a lapse
 * needs is counted: finding, locking, the rules, double entry, balances, lots, warnings, sync marks.
 */
export async function expiryBench(): Promise<Figure[]> {
  const lab = await openLab({ shops: SHOPS, customers: CUSTOMERS })
  try {
    const l = await openL(lab.owner, lab.url)
    if (!l) return []
    await fillLots(lab.owner)
    const rounds = await interleavedRounds(['several', 'cte', 'sweep'], ROUNDS, (rival, round) =>
      rival === 'sweep' ? sweep(lab, round) : l[rival](),
    )
    const rates = rounds.map(({ sweep: lots, several, cte }) => ({ lots, l: Math.max(several, cte) }))
    return [
      {
        name: 'expiry sweep',
        value: median(rates.map(({ lots }) => lots)),
        unit: 'lots/s',
        must: null,
        target: null,
      },
      {
        name: 'expiry sweep ÷ L',
        value: median(rates.map(({ lots, l }) => lots / l)),
        unit: '×',
        must: 1.5,
        target: 2.5,
      },
    ]
  } finally {
    await lab.close()
  }
}

async function fillLots(owner: pg.Pool): Promise<void> {
  await owner.query(
    `INSERT INTO program (shop_id, version, document, effective_from, published_by)
     SELECT shop_id, 2, jsonb_set(document, '{expiry}', '{"kind":"after-earning","months":12,"warnDays":30}'),
            '2020-01-02', 'bench' FROM program WHERE version = 1`,
  )
  await owner.query(
    `INSERT INTO lot (shop_id, account_id, earned_at, expires_on, earned, remaining)
     SELECT shop_id, account_id, '2026-01-01'::timestamptz + n * interval '10 days', '2030-01-01', 50, 50
       FROM account, generate_series(1, ${LOTS_A_MEMBER}) n`,
  )
  await owner.query(
    `WITH p AS (INSERT INTO posting (shop_id, account_id, kind, source_id, part, version, event_at, actor, digest)
                SELECT shop_id, account_id, 'import', account_id::text, 'points', 1, now(), 'bench', 0 FROM account
                RETURNING shop_id, account_id, posting_id)
     INSERT INTO entry (shop_id, account_id, posting_id, source, destination, amount, available_after, pending_after, event_at)
     SELECT shop_id, account_id, posting_id, 'adjusted', 'available', ${LOTS_A_MEMBER * 50}, ${LOTS_A_MEMBER * 50}, 0, now() FROM p`,
  )
  await owner.query(`UPDATE balance SET available = ${LOTS_A_MEMBER * 50}`)
  await owner.query('VACUUM ANALYZE')
}

/** A day of 2027 for each round: the same number of lots, one a member, are due and warned of in time. */
async function sweep({ owner }: Lab, round: number): Promise<number> {
  const { expirePoints } = await import('../app/loyalty/expiry/expire-points.ts')
  const { rows } = await owner.query<{ lots: number }>(
    `WITH due AS (
       SELECT DISTINCT ON (shop_id, account_id) shop_id, account_id, lot_id, remaining FROM lot
        WHERE NOT closed ORDER BY shop_id, account_id, lot_id),
     chosen AS (SELECT * FROM due ORDER BY md5(account_id::text || $2) LIMIT $1),
     dated AS (UPDATE lot l SET expires_on = '2027-01-01'::date + $3::int FROM chosen
                WHERE l.shop_id = chosen.shop_id AND l.lot_id = chosen.lot_id),
     warned AS (
       INSERT INTO expiry_warning (shop_id, account_id, kind, lapses_on, lots, points, warn_days, due_at, sent_at, sent_by, valid_until)
       SELECT shop_id, account_id, 'after-earning', '2027-01-01'::date + $3::int, ARRAY[lot_id], remaining, 30,
              '2026-11-01', '2026-11-01', 'bench', '2027-01-01'::date + $3::int FROM chosen RETURNING 1)
     SELECT count(*)::int AS lots FROM warned`,
    [LOTS, String(round), round],
  )
  const lots = rows[0]?.lots ?? 0
  if (lots !== LOTS) throw new Error(`${lots} lots are due, not ${LOTS}`)
  await owner.query('VACUUM ANALYZE lot, expiry_warning, balance')
  const now = Date.parse('2027-01-03T12:00:00Z') + round * 86_400_000
  const start = performance.now()
  const total = await expirePoints(now)
  const seconds = (performance.now() - start) / 1_000
  if (total !== LOTS) throw new Error(`${total} lots lapsed, not ${LOTS}`)
  await owner.query('DELETE FROM member_to_sync')
  return LOTS / seconds
}
