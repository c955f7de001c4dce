import { LANGUAGES, type Language } from '../../i18n/languages.ts'
import { logger } from '../../logger.server.ts'
import { type AdminGraphql, askAdmin } from '../../shopify/ask-admin.ts'
import { ShopFacts } from '../../shopify/graphql/shop.ts'
import { inTime } from '../../shopify/in-time.ts'

/** So long an answer serves: languages change seldom, and a page of the program is read anew with every change. */
const FRESH_MS = 60_000
/** So long a page waits for the answer; what comes later is told by the next page. */
const PATIENCE_MS = 1_000
const MOST_KEPT = 5_000

const kept = new Map<number, { languages: Language[]; at: number }>()

/**
 * The app's languages in which shoppers can read the shop: those that are published in Shopify. Pages have them with
 * their first paint, so that nothing moves when hints come. Never fails: without an answer in time the last one holds,
 * and while there was none nothing is said of languages.
 */
export async function shopLanguages(shopId: number, graphql: AdminGraphql): Promise<Language[]> {
  const known = kept.get(shopId)
  if (known && performance.now() - known.at < FRESH_MS) return known.languages
  const answer = await inTime(readLanguages(shopId, graphql), PATIENCE_MS)
  return answer ?? known?.languages ?? []
}

async function readLanguages(shopId: number, graphql: AdminGraphql): Promise<Language[] | null> {
  try {
    const { shopLocales } = await askAdmin(graphql, ShopFacts)
    const published = shopLocales.flatMap(({ locale, published }) =>
      published ? [locale.toLowerCase().split('-')[0]] : [],
    )
    const languages = LANGUAGES.filter((language) => published.includes(language))
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(shopId, { languages, at: performance.now() })
    return languages
  } catch (error) {
    // A Response asks the browser to sign in again; the page's other loaders ask for it too.
    logger.warn({ reason: error instanceof Error ? error.message : 'no answer' }, 'languages not read')
    return null
  }
}
