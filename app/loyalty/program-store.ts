import { type CompiledProgram, compileProgram } from '../domain/compiled-program.ts'
import type { Program } from '../domain/program.ts'
import type { Tx } from '../ledger/tx.ts'

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
  return rows
}

export async function programVersion(
  tx: Tx,
  shopId: number,
  version: number,
): Promise<ProgramVersion | null> {
  const { rows } = await tx.query<ProgramVersion>(`${SELECT_VERSION} AND version = $2`, [shopId, version])
  return rows[0] ?? null
}

/** The version that judges what happens at `at`: the latest that had begun then. Null before the first one. */
export async function versionInForce(tx: Tx, shopId: number, at: Date): Promise<ProgramVersion | null> {
  const { rows } = await tx.query<ProgramVersion>(
    `${SELECT_VERSION} AND effective_from <= $2 ORDER BY version DESC LIMIT 1`,
    [shopId, at],
  )
  return rows[0] ?? null
}

/** What a program is compiled for. */
export interface ProgramShop {
  shopId: number
  currency: string
  timeZone: string
}

/** The compiled program in force at `at`; null before the first one. */
export async function programInForce(tx: Tx, shop: ProgramShop, at: Date): Promise<CompiledProgram | null> {
  const found = await versionInForce(tx, shop.shopId, at)
  return found && compiledVersion(shop, found)
}

/** The compiled program in force now. */
export function currentProgram(tx: Tx, shop: ProgramShop): Promise<CompiledProgram | null> {
  return programInForce(tx, shop, new Date())
}

const CACHE_LIMIT = 500
const compiled = new Map<string, CompiledProgram>()

/** A published version never changes, so its compiled form is kept. The shop's money and zone are part of the key. */
export function compiledVersion(
  shop: ProgramShop,
  found: Pick<ProgramVersion, 'version' | 'document' | 'publishedAt'>,
): CompiledProgram {
  const key = [shop.shopId, found.version, +found.publishedAt, shop.currency, shop.timeZone].join('|')
  const known = compiled.get(key)
  if (known) return known
  if (compiled.size >= CACHE_LIMIT) compiled.clear()
  const fresh = compileProgram(found.document, shop, found.version)
  compiled.set(key, fresh)
  return fresh
}

export async function programDraft(tx: Tx, shopId: number): Promise<ProgramDraft | null> {
  const { rows } = await tx.query<ProgramDraft>(
    `SELECT document, based_on AS "basedOn", revision, updated_at AS "updatedAt", updated_by AS "updatedBy"
     FROM program_draft WHERE shop_id = $1`,
    [shopId],
  )
  return rows[0] ?? null
}
