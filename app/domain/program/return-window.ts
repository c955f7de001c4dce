import { whole } from '../document/document-fields.ts'
import { asWhole, section } from '../document/section.ts'

export const RETURN_WINDOW_LIMITS = { min: 0, max: 365, decimals: 0 } as const

/** Points wait as pending for so many days after the order was placed. */
export const returnWindowSection = section({
  key: 'returnWindowDays',
  schema: whole(RETURN_WINDOW_LIMITS),
  compile: (returnWindowDays) => ({ returnWindowDays }),
  changes: asWhole,
})
