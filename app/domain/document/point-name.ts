import { z } from 'zod'
import { shownText } from './document-fields.ts'
import { asWhole, section } from './section.ts'

const forms = z.object({
  one: shownText(30),
  many: shownText(30),
})

/** What the shop calls its points, in both languages. */
export const pointName = z.object({ de: forms, en: forms })
export type PointName = z.infer<typeof pointName>

export const pointNameSection = section({
  key: 'pointName',
  schema: pointName,
  compile: () => ({}),
  changes: asWhole,
})
