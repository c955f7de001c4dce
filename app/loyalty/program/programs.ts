import type { Tx } from '../../db/tx.ts'
import { UnsoundRow } from '../../db/unsound-row.ts'
import { type CompiledProgram, compileProgram } from '../../domain/program/compiled-program.ts'
import type { Program } from '../../domain/program/program.ts'

/** A shop's published versions, oldest first, and which of them an order of a day belongs to. */
export interface ShopPrograms {
  /** The shop's own currency. */
  currency: string
  versions: ProgramVersion[]
}

export interface ProgramVersion {
  version: number
  from: number
  readable: boolean
  /** @throws UnsoundRow when its document cannot be read: nobody who needs another version meets it */
  readonly program: CompiledProgram
}

/** What a program is compiled for. */
export interface ProgramShop {
  shopId: number
  currency: string
  timeZone: string
}

/**
 * Published versions never change, so their compiled form is kept for the life of the process. The shop's money and
 * zone are part of the key, and so is the moment of publishing: a shop that was redacted and came back begins again
 * with version 1.
 */
const compiled = new Map<string, CompiledProgram | UnsoundRow>()
const MOST_KEPT = 5_000

/** Programs of these shops, each named once or more; a shop without one is absent. */
export async function loadPrograms(tx: Tx, shopIds: Iterable<number>): Promise<Map<number, ShopPrograms>> {
  const { rows } = await tx.query<{
    shopId: number
    version: number
    from: Date
    publishedAt: number
    currency: string
    timeZone: string
  }>(
    `SELECT p.shop_id AS "shopId", p.version, p.effective_from AS "from",
            extract(epoch FROM p.published_at)::float8 AS "publishedAt", s.currency, s.time_zone AS "timeZone"
       FROM program p JOIN shop s USING (shop_id)
      WHERE p.shop_id = ANY($1::bigint[])
      ORDER BY p.shop_id, p.version`,
    [[...new Set(shopIds)]],
  )
  const key = (row: (typeof rows)[number]) =>
    [row.shopId, row.version, row.publishedAt, row.currency, row.timeZone].join('/')
  const missing = rows.filter((row) => !compiled.has(key(row)))
  if (missing.length > 0) await compile(tx, missing, key)
  const shops = new Map<number, ShopPrograms>()
  for (const row of rows) {
    const program = compiled.get(key(row))
    if (!program) continue
    const shop = shops.get(row.shopId) ?? { currency: row.currency, versions: [] }
    shop.versions.push(versionOf(row, program))
    shops.set(row.shopId, shop)
  }
  return shops
}

function versionOf(
  { version, from }: { version: number; from: Date },
  program: CompiledProgram | UnsoundRow,
): ProgramVersion {
  if (!(program instanceof UnsoundRow)) return { version, from: from.getTime(), readable: true, program }
  return {
    version,
    from: from.getTime(),
    readable: false,
    get program(): CompiledProgram {
      throw program
    },
  }
}

type Row = { shopId: number; version: number; currency: string; timeZone: string }

async function compile<R extends Row>(tx: Tx, missing: R[], key: (row: R) => string): Promise<void> {
  const { rows } = await tx.query<{ shopId: number; version: number; document: Program }>(
    `SELECT shop_id AS "shopId", version, document FROM program
      WHERE (shop_id, version) IN (SELECT * FROM unnest($1::bigint[], $2::int[]))`,
    [missing.map((row) => row.shopId), missing.map((row) => row.version)],
  )
  const documents = new Map(rows.map((row) => [`${row.shopId}/${row.version}`, row.document]))
  if (compiled.size > MOST_KEPT) compiled.clear()
  for (const row of missing) {
    const document = documents.get(`${row.shopId}/${row.version}`)
    if (document !== undefined) compiled.set(key(row), readProgram(document, row))
  }
}

function readProgram(document: Program, row: Row): CompiledProgram | UnsoundRow {
  try {
    return compileProgram(document, row, row.version)
  } catch (error) {
    // A schema's message has many lines.
    const [fault = ''] = (error as Error).message.replaceAll(/\s+/g, ' ').match(/^.{0,200}/) ?? []
    return new UnsoundRow(`version ${row.version} of the program`, fault)
  }
}

/** The compiled program in force at `at`; null before the first one. */
export async function programInForce(
  tx: Tx,
  { shopId }: Pick<ProgramShop, 'shopId'>,
  at: Date,
): Promise<CompiledProgram | null> {
  return programAt((await loadPrograms(tx, [shopId])).get(shopId), at.getTime())
}

/** The compiled program in force now. */
export function currentProgram(tx: Tx, shop: Pick<ProgramShop, 'shopId'>): Promise<CompiledProgram | null> {
  return programInForce(tx, shop, new Date())
}

/** The version in force at a moment: the newest that had begun. Null before the first. */
export function programAt(programs: ShopPrograms | undefined, at: number): CompiledProgram | null {
  const versions = programs?.versions ?? []
  for (let i = versions.length - 1; i >= 0; i--) {
    const candidate = versions[i]
    if (candidate && candidate.from <= at) return candidate.program
  }
  return null
}

/** The version that judges orders taken over from before the first one began. */
export function firstProgram(programs: ShopPrograms | undefined): CompiledProgram | null {
  return programs?.versions[0]?.program ?? null
}

/** All versions that can be read. An order of another one cannot be judged, and what all have in common is said without it. */
export function readablePrograms(programs: ShopPrograms | undefined): CompiledProgram[] {
  return (programs?.versions ?? []).flatMap((one) => (one.readable ? [one.program] : []))
}

export function programVersion(programs: ShopPrograms | undefined, version: number): CompiledProgram | null {
  return programs?.versions.find((candidate) => candidate.version === version)?.program ?? null
}
