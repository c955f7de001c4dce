import { LANGUAGES, type Language } from '../../i18n/languages.ts'
import { logger } from '../../logger.server.ts'
import { type AdminGraphql, askAdmin } from '../../shopify/ask-admin.ts'
import { ShopFacts } from '../../shopify/graphql/shop.ts'

/**
 * The app's languages in which shoppers can read the shop: those that are published in Shopify. Never fails: without an
 * answer nothing is said of languages.
 */
export async function shopLanguages(graphql: AdminGraphql): Promise<Language[]> {
  try {
    const { shopLocales } = await askAdmin(graphql, ShopFacts)
    const published = shopLocales.flatMap(({ locale, published }) =>
      published ? [locale.toLowerCase().split('-')[0]] : [],
    )
    return LANGUAGES.filter((language) => published.includes(language))
  } catch (error) {
    // A Response asks the browser to sign in again; the page's other loaders ask for it too.
    logger.warn({ reason: error instanceof Error ? error.message : 'no answer' }, 'languages not read')
    return []
  }
}
