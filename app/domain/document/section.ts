import type { z } from 'zod'
import type { ProgramIssue } from './program-issue.ts'
import { changedFields, sameDocument } from './same-document.ts'

/**
 * One part of the program document, all that the rules have to know of it in one place. A new part is a file with its
 * section, a line in the list of sections, and its words in the surfaces.
 */
export interface Section<Key extends string, Schema extends z.ZodType, Compiled extends object> {
  /** Under which it stands in the document. */
  key: Key
  /** Reads what is typed or uploaded. What was published before it became stricter stays as it is. */
  schema: Schema
  /** Reads what was stored when there was not all of it yet; absent: it was always there as it is. */
  stored?: (part: unknown) => z.output<Schema>
  /** What the schema cannot tell; paths within the section ("levels.2.threshold", "" for the whole of it). */
  check?: (part: z.output<Schema>, around: Around) => ProgramIssue[]
  /**
   * What of it is made ready for judging many orders; joins the compiled program.
   * @throws DomainError invalid-amount when a decimal cannot be read
   */
  compile: (part: z.output<Schema>, shop: SectionShop) => Compiled
  /** What is different, for a merchant who is about to publish: `byField`, `byItem` or `asWhole`. */
  changes: (before: z.output<Schema>, after: z.output<Schema>) => PartChange[]
}

/** What surrounds a section that is checked. */
export interface Around {
  /** Ids of the document's tiers. */
  tierIds: ReadonlySet<string>
  /** The shop's; null while nobody knows the shop. */
  currency: string | null
}

/** What a section is compiled for. */
interface SectionShop {
  currency: string
}

export interface PartChange {
  kind: 'added' | 'removed' | 'changed'
  /** Of an item of a list (a campaign, a tier): its id. */
  id?: string
  /** Which fields of it changed: "multiplier", "window". */
  fields?: string[]
  before?: unknown
  after?: unknown
}

export const section = <const Key extends string, Schema extends z.ZodType, Compiled extends object>(
  one: Section<Key, Schema, Compiled>,
) => one

/** A value that is told as a whole, old and new. */
export function asWhole(before: unknown, after: unknown): PartChange[] {
  return sameDocument(before, after) ? [] : [{ kind: 'changed', before, after }]
}

/** One change that names the fields. */
export function byField(before: object, after: object): PartChange[] {
  const fields = changedFields(before, after)
  return fields.length > 0 ? [{ kind: 'changed', fields, before, after }] : []
}

/** A change for each item that is new, gone or different, in the order of the new list. */
export function byItem(before: { id: string }[], after: { id: string }[]): PartChange[] {
  const old = new Map(before.map((item) => [item.id, item]))
  const kept = new Set(after.map((item) => item.id))
  const changes = after.flatMap((item): PartChange[] => {
    const was = old.get(item.id)
    if (!was) return [{ kind: 'added', id: item.id, after: item }]
    return byField(was, item).map((change) => ({ ...change, id: item.id }))
  })
  const gone = before.filter(({ id }) => !kept.has(id))
  return [...changes, ...gone.map((item): PartChange => ({ kind: 'removed', id: item.id, before: item }))]
}
