import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type pg from 'pg'
import { orderBody } from './batch-lab.ts'

/**
 * L: what PostgreSQL itself does on this machine with one event per transaction (store the delivery, write the posting,
 * change two balances) under 32 clients of pgbench; the better of several statements and one CTE.
 */
const SECONDS = 4
const CUSTOMERS = 50_000
const SHOPS = 20

export interface L {
  /** Events a second, each way once; the caller takes the better median. */
  several(): Promise<number>
  cte(): Promise<number>
}

/** @returns null, with a word on stderr, where pgbench is missing */
export async function openL(owner: pg.Pool, url: string): Promise<L | null> {
  const pgbench = findPgbench()
  if (!pgbench) {
    console.error('pgbench is not on this machine (postgresql-contrib); L cannot be measured')
    return null
  }
  await prepareL(owner)
  const scripts = await writeScripts(await mkdtemp(path.join(tmpdir(), 'stammgast-pgbench-')))
  return {
    several: () => runPgbench(pgbench, url, scripts.several),
    cte: () => runPgbench(pgbench, url, scripts.cte),
  }
}

async function prepareL(owner: pg.Pool): Promise<void> {
  await owner.query(`
    CREATE SCHEMA l;
    CREATE TABLE l.inbox (id bigint GENERATED ALWAYS AS IDENTITY, shop int, webhook_id text, body text, PRIMARY KEY (shop, webhook_id));
    CREATE TABLE l.posting (id bigint GENERATED ALWAYS AS IDENTITY, shop int, source_id text, account int, amount int,
                            at timestamptz DEFAULT now(), PRIMARY KEY (shop, id), UNIQUE (shop, source_id));
    CREATE TABLE l.balance (shop int, account int, unit int, amount bigint DEFAULT 0, PRIMARY KEY (shop, account, unit)) WITH (fillfactor = 80);
    INSERT INTO l.balance (shop, account, unit) SELECT 1 + c % ${SHOPS}, c, u FROM generate_series(1, ${CUSTOMERS}) c, generate_series(1, 2) u;
    CREATE SEQUENCE l.event;
    ANALYZE;`)
}

async function writeScripts(home: string): Promise<{ several: string; cte: string }> {
  // As long as a real body; a colon would be a variable to pgbench.
  const body = JSON.stringify(orderBody(1, 1)).replaceAll(/[^a-z0-9]/gi, ' ')
  const draw = `\\set c random(1, ${CUSTOMERS})\n\\set s 1 + :c % ${SHOPS}\n\\set e random(1, 9000000000000000000)\n`
  const several = `${draw}BEGIN;
INSERT INTO l.inbox (shop, webhook_id, body) VALUES (:s, :e, '${body}') ON CONFLICT DO NOTHING;
INSERT INTO l.posting (shop, source_id, account, amount) VALUES (:s, :e, :c, 62);
UPDATE l.balance SET amount = amount + 62 WHERE shop = :s AND account = :c AND unit = 1;
UPDATE l.balance SET amount = amount + 62 WHERE shop = :s AND account = :c AND unit = 2;
COMMIT;
`
  const cte = `${draw}WITH i AS (INSERT INTO l.inbox (shop, webhook_id, body) VALUES (:s, :e, '${body}') ON CONFLICT DO NOTHING RETURNING 1), p AS (INSERT INTO l.posting (shop, source_id, account, amount) SELECT :s, :e, :c, 62 FROM i) UPDATE l.balance SET amount = amount + 62 WHERE shop = :s AND account = :c AND unit IN (1, 2);
`
  const files = { several: path.join(home, 'several.sql'), cte: path.join(home, 'cte.sql') }
  await writeFile(files.several, several)
  await writeFile(files.cte, cte)
  return files
}

async function runPgbench(pgbench: string, url: string, script: string): Promise<number> {
  const { stdout } = await promisify(execFile)(
    pgbench,
    ['-n', '-M', 'prepared', '-c', '32', '-j', '2', '-T', String(SECONDS), '-f', script, url],
    { maxBuffer: 1 << 22 },
  )
  const rate = /tps = ([\d.]+)/.exec(stdout)?.[1]
  if (!rate) throw new Error(`pgbench did not say its rate:\n${stdout}`)
  return Number(rate)
}

function findPgbench(): string | null {
  const roots = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt']
  const candidates = roots
    .filter(existsSync)
    .flatMap((root) => readdirSync(root).map((version) => path.join(root, version, 'bin/pgbench')))
  return [...candidates.reverse(), '/usr/bin/pgbench'].find(existsSync) ?? null
}
