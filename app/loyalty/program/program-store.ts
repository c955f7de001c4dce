import type { Tx } from '../../db/tx.ts'
import { type Program, readStored } from '../../domain/program/program.ts'

/** A published version. Immutable. */
export interface ProgramVersion {
  version: number
  document: Program
  /** Orders placed from here on are judged by it, until the next version begins. */
  effectiveFrom: Date
  publishedAt: Date
  publishedBy: string
  note: string | null
}

export interface ProgramDraft {
  document: Program
  /** The version it grew from; null for a first program. */
  basedOn: number | null
  /** Counts up with every save; a save names the one it has seen. */
  revision: number
  updatedAt: Date
  updatedBy: string
}

const SELECT_VERSION = `
  SELECT version, document, effective_from AS "effectiveFrom", published_at AS "publishedAt",
         published_by AS "publishedBy", note
  FROM program WHERE shop_id = $1`

/** All versions, newest first. */
export async function programVersions(tx: Tx, shopId: number): Promise<ProgramVersion[]> {
  const { rows } = await tx.query<ProgramVersion>(`${SELECT_VERSION} ORDER BY version DESC`, [shopId])
  return rows.map(asOfToday)
}

export async function publishedVersion(
  tx: Tx,
  shopId: number,
  version: number,
): Promise<ProgramVersion | null> {
  const { rows } = await tx.query<ProgramVersion>(`${SELECT_VERSION} AND version = $2`, [shopId, version])
  return rows[0] ? asOfToday(rows[0]) : null
}

export async function programDraft(tx: Tx, shopId: number): Promise<ProgramDraft | null> {
  const { rows } = await tx.query<ProgramDraft>(
    `SELECT document, based_on AS "basedOn", revision, updated_at AS "updatedAt", updated_by AS "updatedBy"
     FROM program_draft WHERE shop_id = $1`,
    [shopId],
  )
  return rows[0] ? asOfToday(rows[0]) : null
}

function asOfToday<T extends { document: Program }>(stored: T): T {
  return { ...stored, document: readStored(stored.document) }
}
