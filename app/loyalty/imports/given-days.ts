import type { Tx } from '../../db/tx.ts'
import { sameDocument } from '../../domain/document/same-document.ts'
import type { ExpiryRule } from '../../domain/expiry/expiry-rule.ts'
import { type BulkLine, givenDay } from '../../domain/imports/bulk-line.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { publishedVersion } from '../program/program-store.ts'
import { currentProgram, type ProgramShop } from '../program/programs.ts'
import type { BatchLine, BatchView } from './read-batch.ts'

/**
 * The last valid day of points that a file gives and says none for. It is shown before anything is posted, and written
 * to the lines when the merchant confirms: what is posted is what was seen, whatever is published meanwhile.
 */
export interface GivenDays {
  /** The version that gives the days; null: nothing is published. */
  version: number | null
  expiry: ExpiryRule | null
  zone: string
  now: number
}

export async function readGivenDays(tx: Tx, shop: ProgramShop, now: number): Promise<GivenDays> {
  const program = await currentProgram(tx, shop)
  return {
    version: program?.version ?? null,
    expiry: program?.expiry ?? null,
    zone: program?.timeZone ?? shop.timeZone,
    now,
  }
}

/** Lines that wait for the merchant, with the days that they would get. Later each line has its own. */
export function withGivenDays(lines: BatchLine[], { status }: BatchView, days: GivenDays): BatchLine[] {
  if (status !== 'checking' && status !== 'ready') return lines
  return lines.map((line) => {
    const day = line.expiresOn === null ? givenDay(line, days) : null
    return day === null ? line : { ...line, expiresOn: day, byProgram: true }
  })
}

/** Another version has been published since the merchant looked, by which points of lines without a day lapse otherwise. */
export class DaysChanged extends DomainError {
  constructor(batchId: number, version: number | null) {
    super('batch-state', `version ${version} gives other last days than those shown of batch ${batchId}`)
  }
}

/**
 * Writes the days to the lines that have none, in the transaction that confirms.
 * @param seen the version by which they were shown; undefined: they were not
 * @throws DaysChanged
 */
export async function keepGivenDays(
  tx: Tx,
  shop: ProgramShop,
  batchId: number,
  seen: number | null | undefined,
): Promise<void> {
  const { rows } = await tx.query<Pick<BulkLine, 'earnedOn'>>(
    `SELECT DISTINCT earned_on AS "earnedOn" FROM bulk_line WHERE ${UNDATED}`,
    [shop.shopId, batchId],
  )
  if (rows.length === 0) return
  const days = await readGivenDays(tx, shop, Date.now())
  if (seen !== undefined && seen !== days.version) {
    const shown = seen === null ? null : await publishedVersion(tx, shop.shopId, seen)
    if (!sameDocument(shown?.document.expiry ?? null, days.expiry))
      throw new DaysChanged(batchId, days.version)
  }
  const given = rows.flatMap(({ earnedOn }) => {
    const day = givenDay({ points: 1, earnedOn }, days)
    return day === null ? [] : [{ earnedOn, day }]
  })
  if (given.length === 0) return
  await tx.query(
    `UPDATE bulk_line SET expires_on = given.day FROM unnest($3::date[], $4::date[]) AS given (earned, day)
      WHERE ${UNDATED} AND earned_on IS NOT DISTINCT FROM given.earned`,
    [shop.shopId, batchId, given.map(({ earnedOn }) => earnedOn), given.map(({ day }) => day)],
  )
}

const UNDATED = `shop_id = $1 AND batch_id = $2 AND status = 'ready' AND points > 0 AND expires_on IS NULL`
