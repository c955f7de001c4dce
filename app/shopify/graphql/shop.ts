/** The shop itself: money, time zone, languages, and what the app may do in it. */
import { graphql } from './document.ts'
import type {
  AppInstallationQuery,
  AppInstallationQueryVariables,
  ShopFactsQuery,
  ShopFactsQueryVariables,
} from './generated/types.ts'

/** Cost 4. Languages need `read_locales`. */
export const ShopFacts = graphql<ShopFactsQuery, ShopFactsQueryVariables>(/* GraphQL */ `
  query ShopFacts {
    shop {
      id
      name
      myshopifyDomain
      currencyCode
      ianaTimezone
      taxesIncluded
      plan {
        publicDisplayName
        shopifyPlus
        partnerDevelopment
      }
    }
    shopLocales {
      locale
      primary
      published
    }
  }
`)

/** The installation owns the app's own metafields. */
export const AppInstallation = graphql<AppInstallationQuery, AppInstallationQueryVariables>(/* GraphQL */ `
  query AppInstallation {
    currentAppInstallation {
      id
      accessScopes {
        handle
      }
    }
  }
`)
