import { localText } from '../document/local-text.ts'
import { asWhole, section } from '../document/section.ts'

/** What the shop calls its program. */
export const nameSection = section({
  key: 'name',
  schema: localText,
  compile: () => ({}),
  changes: asWhole,
})
