import { createHash } from 'node:crypto'
import { withShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import type { BulkKind } from '../../domain/imports/bulk-line.ts'
import type { Language } from '../../i18n/languages.ts'
import { currentProgram } from '../program/programs.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { type ReadFile, readBulkFile } from './read-file.ts'
import { enqueueBatch } from './run-batch.ts'

export interface Upload {
  shop: Shop
  kind: BulkKind
  fileName: string
  bytes: Uint8Array
  /** In which the merchant reads and writes numbers. */
  language: Language
  /** The merchant's user. */
  actor: string
  /** Epoch milliseconds. */
  now: number
}

/** So many lines are sent at a time: writing down fifty thousand would keep the process from all else. */
const SLICE = 2_000

/**
 * Reads a file and keeps its lines for the preview. Nothing is posted before the merchant confirms.
 * @returns the id of the batch
 * @throws UnreadableFile when there is no table in it
 */
export async function uploadBatch({
  shop,
  kind,
  fileName,
  bytes,
  language,
  actor,
  now,
}: Upload): Promise<number> {
  const { shopId, timeZone: zone } = shop
  const digest = createHash('sha256').update(bytes).digest('hex')
  const program = await withShop(shopId, (tx) => currentProgram(tx, shop))
  const context = { kind, now, zone, language, expiry: program?.expiry ?? null }
  const { lines } = await readBulkFile(bytes, context)
  return withShop(shopId, async (tx) => {
    const { rows } = await tx.query<{ id: number }>(
      `INSERT INTO bulk_batch (shop_id, kind, status, file_name, digest, created_by, lines, checked)
       VALUES ($1, $2, 'checking', $3, $4, $5, $6, $7) RETURNING batch_id AS id`,
      [
        shopId,
        kind,
        fileName.slice(0, 120).toWellFormed() || 'CSV',
        digest,
        actor,
        lines.length,
        lines.filter(({ checked }) => !checked.ok).length,
      ],
    )
    const { id } = rows[0] as { id: number }
    for (let at = 0; at < lines.length; at += SLICE)
      await insertLines(tx, shopId, id, lines.slice(at, at + SLICE))
    await enqueueBatch(tx, shopId, id)
    return id
  })
}

async function insertLines(tx: Tx, shopId: number, batchId: number, lines: ReadFile['lines']): Promise<void> {
  const column = <T>(read: (line: ReadFile['lines'][number]) => T) => lines.map(read)
  const good = <T>(read: (line: Extract<ReadFile['lines'][number]['checked'], { ok: true }>['line']) => T) =>
    column(({ checked }) => (checked.ok ? read(checked.line) : null))
  await tx.query(
    `INSERT INTO bulk_line (shop_id, batch_id, line, status, customer_id, email, points, reason, earned_on, expires_on,
                            problem, value)
     SELECT $1, $2, l, CASE WHEN p IS NULL THEN 'unchecked' ELSE 'wrong' END, c, e, n, r, f::date, x::date, p, v
       FROM unnest($3::int[], $4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[],
                   $11::text[]) AS t(l, c, e, n, r, f, x, p, v)`,
    [
      shopId,
      batchId,
      column(({ line }) => line),
      good(({ customerId }) => customerId),
      good(({ email }) => email),
      good(({ points }) => points),
      good(({ reason }) => reason?.replaceAll('\0', '').toWellFormed() ?? null),
      good(({ earnedOn }) => earnedOn),
      good(({ expiresOn }) => expiresOn),
      column(({ checked }) => (checked.ok ? null : checked.problem)),
      column(({ checked }) => (checked.ok ? null : checked.value.replaceAll('\0', ''))),
    ],
  )
}
