import { z } from 'zod'
import { wholeNumber } from '../domain/money/whole-number.ts'

/**
 * Numbers by which a page names a row. Any number can come instead, and PostgreSQL breaks off a query over one that the
 * column does not hold. A `bigint` holds every whole number that JavaScript tells apart; an `integer` ends sooner.
 */
const MOST_INTEGER = 2_147_483_647

/** Of a column `bigint`: a batch, a delivery, a take-over. */
export const rowId = z.int().positive()
/** Of a column `integer`, counted from 1: a version of the program. */
export const rowVersion = z.int().min(1).max(MOST_INTEGER)
/** The same, where 0 says that there is none yet: a revision of the draft. */
export const rowRevision = z.int().min(0).max(MOST_INTEGER)

/** @returns null when the text is no id of a row */
export const rowIdIn = (text: unknown): number | null => wholeNumber(text, { min: 1 })

/** A line of a file, 0 before the first. @returns null when the text is none */
export const lineIn = (text: unknown): number | null => wholeNumber(text, { max: MOST_INTEGER })
