import type { TFunction } from 'i18next'
import type { Words } from '../domain/document/words.ts'
import type { Format } from './use-format.ts'

/** What texts that merchants and shoppers read alike are put together with in the admin. */
export function wordsOf(t: TFunction<never>, format: Format): Words {
  const { language, number, decimal, money, points } = format
  const say: Words['say'] = (key, values) => String(t(key as never, values as never))
  return { locale: language, say, number, decimal, money, points }
}
