/**
 * Reward codes as discounts. None of these mutations is idempotent: the code is chosen and stored first,
 * and after a time-out `DiscountByCode` tells whether Shopify made it.
 */
import { graphql } from './document.ts'
import type {
  CodesInForceQuery,
  CodesInForceQueryVariables,
  CreateDiscountCodeMutation,
  CreateDiscountCodeMutationVariables,
  CreateFreeShippingCodeMutation,
  CreateFreeShippingCodeMutationVariables,
  DeactivateDiscountCodeMutation,
  DeactivateDiscountCodeMutationVariables,
  DiscountByCodeQuery,
  DiscountByCodeQueryVariables,
  DiscountsByIdsQuery,
  DiscountsByIdsQueryVariables,
  NumbersInForceQuery,
  NumbersInForceQueryVariables,
} from './generated/types.ts'

export const DISCOUNT_ERRORS = /* GraphQL */ `
  fragment DiscountErrors on DiscountUserError {
    field
    message
    code
    extraInfo
  }
`

/** The user error TAKEN on `code` means that the code exists: look it up with `DiscountByCode`. */
export const CreateDiscountCode = graphql<
  CreateDiscountCodeMutation,
  CreateDiscountCodeMutationVariables
>(/* GraphQL */ `
  mutation CreateDiscountCode($discount: DiscountCodeBasicInput!) {
    discountCodeBasicCreate(basicCodeDiscount: $discount) {
      codeDiscountNode {
        id
      }
      userErrors {
        ...DiscountErrors
      }
    }
  }
  ${DISCOUNT_ERRORS}
`)

export const CreateFreeShippingCode = graphql<
  CreateFreeShippingCodeMutation,
  CreateFreeShippingCodeMutationVariables
>(/* GraphQL */ `
  mutation CreateFreeShippingCode($discount: DiscountCodeFreeShippingInput!) {
    discountCodeFreeShippingCreate(freeShippingCodeDiscount: $discount) {
      codeDiscountNode {
        id
      }
      userErrors {
        ...DiscountErrors
      }
    }
  }
  ${DISCOUNT_ERRORS}
`)

const DISCOUNT_STATE = /* GraphQL */ `
  fragment DiscountBuyers on DiscountContext {
    __typename
    ... on DiscountCustomers {
      customers {
        id
      }
    }
  }
  fragment DiscountState on DiscountCodeNode {
    id
    codeDiscount {
      __typename
      ... on DiscountCodeBasic {
        status
        combinesWith {
          orderDiscounts
          productDiscounts
          shippingDiscounts
        }
        endsAt
        usageLimit
        asyncUsageCount
        codes(first: 1) {
          nodes {
            code
          }
        }
        context {
          ...DiscountBuyers
        }
        recurringCycleLimit
        customerGets {
          appliesOnOneTimePurchase
          appliesOnSubscription
          value {
            __typename
            ... on DiscountAmount {
              appliesOnEachItem
              amount {
                amount
              }
            }
            ... on DiscountPercentage {
              percentage
            }
          }
          items {
            __typename
            ... on DiscountProducts {
              products(first: 51) {
                nodes {
                  id
                }
              }
              productVariants(first: 11) {
                nodes {
                  id
                }
              }
            }
            ... on DiscountCollections {
              collections(first: 51) {
                nodes {
                  id
                }
              }
            }
          }
        }
      }
      ... on DiscountCodeFreeShipping {
        status
        combinesWith {
          orderDiscounts
          productDiscounts
          shippingDiscounts
        }
        endsAt
        usageLimit
        asyncUsageCount
        codes(first: 1) {
          nodes {
            code
          }
        }
        context {
          ...DiscountBuyers
        }
      }
      ... on DiscountCodeBxgy {
        status
        combinesWith {
          orderDiscounts
          productDiscounts
          shippingDiscounts
        }
        endsAt
        usageLimit
        asyncUsageCount
        codes(first: 1) {
          nodes {
            code
          }
        }
        context {
          ...DiscountBuyers
        }
      }
      ... on DiscountCodeApp {
        status
        combinesWith {
          orderDiscounts
          productDiscounts
          shippingDiscounts
        }
        endsAt
        usageLimit
        asyncUsageCount
        codes(first: 1) {
          nodes {
            code
          }
        }
        context {
          ...DiscountBuyers
        }
      }
    }
  }
`

/** Codes are compared without regard to case. `asyncUsageCount` lags a little behind the orders. */
export const DiscountByCode = graphql<DiscountByCodeQuery, DiscountByCodeQueryVariables>(/* GraphQL */ `
  query DiscountByCode($code: String!) {
    codeDiscountNodeByCode(code: $code) {
      ...DiscountState
    }
  }
  ${DISCOUNT_STATE}
`)

/**
 * Several discounts by their ids; null for one that was deleted. One costs some thirty points with its goods, so that
 * twenty-five stay below the thousand that a question may cost, even if Shopify charges for each.
 */
export const DiscountsByIds = graphql<DiscountsByIdsQuery, DiscountsByIdsQueryVariables>(/* GraphQL */ `
  query DiscountsByIds($ids: [ID!]!) {
    nodes(ids: $ids) {
      ...DiscountState
    }
  }
  ${DISCOUNT_STATE}
`)

/** Page by page through the code discounts in force, by their numbers; most of a shop's discounts have one code. */
export const CodesInForce = graphql<CodesInForceQuery, CodesInForceQueryVariables>(/* GraphQL */ `
  query CodesInForce($first: Int!, $query: String!) {
    discountNodes(first: $first, query: $query, sortKey: ID) {
      nodes {
        id
        discount {
          __typename
          ... on DiscountCodeBasic {
            title
            usageLimit
            asyncUsageCount
            codes(first: 1) {
              nodes {
                code
              }
            }
          }
          ... on DiscountCodeFreeShipping {
            title
            usageLimit
            asyncUsageCount
            codes(first: 1) {
              nodes {
                code
              }
            }
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)

/** The same list by its numbers alone: what of it can be told where a discount cannot be read. */
export const NumbersInForce = graphql<NumbersInForceQuery, NumbersInForceQueryVariables>(/* GraphQL */ `
  query NumbersInForce($first: Int!, $query: String!) {
    discountNodes(first: $first, query: $query, sortKey: ID) {
      nodes {
        id
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`)

/** Ends the discount now, and tells how often it was used by then; it stays visible to the merchant. */
export const DeactivateDiscountCode = graphql<
  DeactivateDiscountCodeMutation,
  DeactivateDiscountCodeMutationVariables
>(/* GraphQL */ `
  mutation DeactivateDiscountCode($id: ID!) {
    discountCodeDeactivate(id: $id) {
      codeDiscountNode {
        ...DiscountState
      }
      userErrors {
        ...DiscountErrors
      }
    }
  }
  ${DISCOUNT_ERRORS}
  ${DISCOUNT_STATE}
`)
