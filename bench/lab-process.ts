import { openLab } from './batch-lab.ts'

/**
 * A lab in a process of its own, so that several databases can be measured in the same rounds. Answers
 * `{open: options, ledgerRows}`, `{settle: events}` (events a second), `{memory: true}` (resident bytes), `{close: true}`.
 */
let lab: Awaited<ReturnType<typeof openLab>> | undefined

interface Question {
  open?: { shops: number; customers: number }
  ledgerRows?: number
  settle?: number
  memory?: boolean
  close?: boolean
}

process.on('message', async (question: Question) => {
  process.send?.(await answer(question))
})

async function answer(question: Question): Promise<unknown> {
  if (question.open) {
    lab = await openLab(question.open)
    if (question.ledgerRows) await fillLedger(question.ledgerRows)
    return true
  }
  if (question.settle) return lab?.settle(question.settle)
  if (question.memory) return process.memoryUsage.rss()
  await lab?.close()
  return true
}

/** A past as the path itself would have written it: a posting, an entry and a lot for each event, and its order. */
async function fillLedger(rows: number): Promise<void> {
  const events = Math.ceil(rows / 3)
  const SLICE = 200_000
  for (let from = 0; from < events; from += SLICE) {
    await lab?.owner.query(
      `WITH a AS MATERIALIZED (SELECT account_id, shop_id, row_number() OVER () - 1 AS n, count(*) OVER () AS all FROM account),
            e AS MATERIALIZED (
              SELECT a.shop_id, a.account_id, 1000000000 + s AS order_id, nextval('posting_id_seq') AS posting_id,
                     timestamptz '2024-01-01' + s * interval '5 seconds' AS at
                FROM generate_series($1::bigint, $2::bigint) s JOIN a ON a.n = s % a.all),
            p AS (INSERT INTO posting (shop_id, posting_id, account_id, kind, source_id, part, version, program_version, event_at, actor, digest)
                  SELECT shop_id, posting_id, account_id, 'order', order_id::text, 'worth', 1, 1, at, 'system', 1 FROM e),
            t AS (INSERT INTO entry (shop_id, account_id, posting_id, source, destination, amount, available_after, pending_after, event_at)
                  SELECT shop_id, account_id, posting_id, 'issued', 'available', 50, 50, 0, at FROM e),
            l AS (INSERT INTO lot (shop_id, account_id, order_id, earned_at, earned, remaining, closed)
                  SELECT shop_id, account_id, order_id, at, 50, 0, true FROM e)
       INSERT INTO order_state (shop_id, order_id, account_id, name, updated_at, placed_at, facts, digest, status_steps, worth, postings)
       SELECT shop_id, order_id, account_id, '#' || order_id, at - interval '3 years', at - interval '3 years', '{}', 1, '[]', 0, 1 FROM e`,
      [from, Math.min(from + SLICE, events) - 1],
    )
  }
  await lab?.owner.query('VACUUM ANALYZE')
}
