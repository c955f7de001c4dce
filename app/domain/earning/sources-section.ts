import { z } from 'zod'
import { coded } from '../document/document-fields.ts'
import { byItem, section } from '../document/section.ts'
import { type Source, type SourceName, source } from './sources.ts'

const list = z
  .array(source)
  .refine(
    (sources) => new Set(sources.map((one) => one.source)).size === sources.length,
    coded('duplicate-id', 'an earning source stands there twice'),
  )

/** What gives points beside buying. A source that is not named is off. */
export const sourcesSection = section({
  key: 'sources',
  // Documents from before there were sources give points for orders alone.
  schema: list.default([]),
  stored: (part) => list.parse(part ?? []),
  compile: (sources) => ({
    sources: new Map(
      sources.flatMap((one) => (one.active ? [[one.source, one] as const] : [])),
    ) as ReadonlyMap<SourceName, Source>,
  }),
  changes: (before, after) => byItem(named(before), named(after)),
})

/** Its name is its id: no document has one twice. */
const named = (sources: Source[]) => sources.map((one) => ({ ...one, id: one.source }))
