import { z } from 'zod'
import { pointNameSection } from '../document/point-name.ts'
import { campaignsSection, stackingSection } from '../earning/campaigns-section.ts'
import { earningSection } from '../earning/earning-rule.ts'
import { sourcesSection } from '../earning/sources-section.ts'
import { expirySection } from '../expiry/expiry-rule.ts'
import { rewardsSection } from '../rewards/rewards-section.ts'
import { tiersSection } from '../tiers/ladder.ts'
import { nameSection } from './program-name.ts'
import { returnWindowSection } from './return-window.ts'

/** The sections of the program document, in the order in which people are told of them. */
export const SECTIONS = [
  nameSection,
  pointNameSection,
  earningSection,
  sourcesSection,
  returnWindowSection,
  campaignsSection,
  stackingSection,
  tiersSection,
  rewardsSection,
  expirySection,
] as const
export type ProgramSection = (typeof SECTIONS)[number]
export type SectionKey = ProgramSection['key']

/**
 * The program document: everything a shop's loyalty program promises, in one JSON document. Published versions
 * are immutable; an order is judged for ever by the version that was in force when it was placed.
 *
 * Text that shoppers read is written per language. Decimals are text ("1.5"), money is text in the shop's currency.
 */
export type Program = { schema: typeof PROGRAM_SCHEMA_VERSION } & {
  [S in ProgramSection as S['key']]: z.output<S['schema']>
}

export const PROGRAM_SCHEMA_VERSION = 1

/** The shape of the document. What more there is to be right, `validateProgram` asks. */
export const program = z.object({
  schema: z.literal(PROGRAM_SCHEMA_VERSION),
  ...Object.fromEntries(SECTIONS.map(({ key, schema }) => [key, schema])),
}) as unknown as z.ZodType<Program>

/**
 * A document as it stands in the database, whenever it was written: what sections did not say then they say now as they
 * were meant. The one place where documents of older versions become those of today.
 */
export function readStored(document: unknown): Program {
  const parts = document as Record<SectionKey, unknown>
  const read = SECTIONS.map(({ key, stored }) => [key, stored ? stored(parts[key]) : parts[key]])
  return { schema: PROGRAM_SCHEMA_VERSION, ...Object.fromEntries(read) } as Program
}
