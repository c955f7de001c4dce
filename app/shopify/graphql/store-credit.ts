/** Store credit of customers. Crediting is not idempotent, and Shopify keeps no word of ours with a credit. */
import { graphql } from './document.ts'
import type {
  CreditsOfCustomerQuery,
  CreditsOfCustomerQueryVariables,
  GiveStoreCreditMutation,
  GiveStoreCreditMutationVariables,
} from './generated/types.ts'

/** A customer's credits in one currency (`currency_code:EUR`) that fit a search, by the time of their making. */
export const CreditsOfCustomer = graphql<
  CreditsOfCustomerQuery,
  CreditsOfCustomerQueryVariables
>(/* GraphQL */ `
  query CreditsOfCustomer($customer: ID!, $account: String!, $credits: String!, $first: Int!, $newestFirst: Boolean!) {
    customer(id: $customer) {
      storeCreditAccounts(first: 1, query: $account) {
        nodes {
          transactions(first: $first, query: $credits, reverse: $newestFirst, sortKey: CREATED_AT) {
            nodes {
              __typename
              ... on StoreCreditAccountCreditTransaction {
                id
                event
                expiresAt
                amount {
                  amount
                }
              }
            }
          }
        }
      }
    }
  }
`)

/** Opens the customer's account in that currency where there is none. */
export const GiveStoreCredit = graphql<
  GiveStoreCreditMutation,
  GiveStoreCreditMutationVariables
>(/* GraphQL */ `
  mutation GiveStoreCredit($customer: ID!, $credit: StoreCreditAccountCreditInput!) {
    storeCreditAccountCredit(id: $customer, creditInput: $credit) {
      storeCreditAccountTransaction {
        id
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`)
