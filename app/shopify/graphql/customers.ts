/** Customers: names and addresses are asked for when they are shown, and never stored. */
import { graphql } from './document.ts'
import type {
  CustomerContactQuery,
  CustomerContactQueryVariables,
  CustomerNamesQuery,
  CustomerNamesQueryVariables,
  SearchCustomersQuery,
  SearchCustomersQueryVariables,
} from './generated/types.ts'

/** Names and e-mail addresses of up to 250 customers; an id that is gone answers null at its place. */
export const CustomerNames = graphql<CustomerNamesQuery, CustomerNamesQueryVariables>(/* GraphQL */ `
  query CustomerNames($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Customer {
        id
        displayName
        defaultEmailAddress {
          emailAddress
        }
      }
    }
  }
`)

/** One customer with the e-mail address: for the page that shows it. */
export const CustomerContact = graphql<CustomerContactQuery, CustomerContactQueryVariables>(/* GraphQL */ `
  query CustomerContact($id: ID!) {
    customer(id: $id) {
      id
      displayName
      locale
      state
      verifiedEmail
      createdAt
      numberOfOrders
      defaultEmailAddress {
        emailAddress
      }
    }
  }
`)

/** Search by name, e-mail address or Shopify's search syntax, newest first or by name. */
export const SearchCustomers = graphql<SearchCustomersQuery, SearchCustomersQueryVariables>(/* GraphQL */ `
  query SearchCustomers(
    $query: String
    $first: Int!
    $after: String
    $sortKey: CustomerSortKeys
    $reverse: Boolean
  ) {
    customers(query: $query, first: $first, after: $after, sortKey: $sortKey, reverse: $reverse) {
      nodes {
        id
        displayName
        defaultEmailAddress {
          emailAddress
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)
