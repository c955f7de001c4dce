/**
 * Orders with everything that loyalty facts are computed from. Amounts are asked for in the shop's money only.
 * `read_orders` reaches 60 days back; older orders need `read_all_orders`.
 */
import { graphql } from './document.ts'
import type {
  BulkOrdersQuery,
  BulkOrdersQueryVariables,
  OrderByIdQuery,
  OrderByIdQueryVariables,
  OrderLinesPageQuery,
  OrderLinesPageQueryVariables,
  OrdersByIdsQuery,
  OrdersByIdsQueryVariables,
  OrdersChangedQuery,
  OrdersChangedQueryVariables,
  OrdersCountQuery,
  OrdersCountQueryVariables,
  RefundLinesPageQuery,
  RefundLinesPageQueryVariables,
} from './generated/types.ts'

const LINE_FIELDS = /* GraphQL */ `
  fragment LineFields on LineItem {
    id
    title
    quantity
    currentQuantity
    isGiftCard
    product {
      id
    }
    originalTotalSet {
      shopMoney {
        amount
      }
    }
    discountAllocations {
      allocatedAmountSet {
        shopMoney {
          amount
        }
      }
    }
    taxLines {
      priceSet {
        shopMoney {
          amount
        }
      }
    }
  }
`

const REFUND_LINE_FIELDS = /* GraphQL */ `
  fragment RefundLineFields on RefundLineItem {
    id
    quantity
    lineItem {
      id
    }
    subtotalSet {
      shopMoney {
        amount
      }
    }
    totalTaxSet {
      shopMoney {
        amount
      }
    }
  }
`

const REFUND_FIELDS = /* GraphQL */ `
  fragment RefundFields on Refund {
    id
    createdAt
    totalRefundedSet {
      shopMoney {
        amount
      }
    }
    refundLineItems(first: 50) {
      nodes {
        ...RefundLineFields
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    orderAdjustments(first: 20) {
      nodes {
        id
        reason
        amountSet {
          shopMoney {
            amount
          }
        }
        taxAmountSet {
          shopMoney {
            amount
          }
        }
      }
    }
    refundShippingLines(first: 10) {
      nodes {
        id
        subtotalAmountSet {
          shopMoney {
            amount
          }
        }
        taxAmountSet {
          shopMoney {
            amount
          }
        }
      }
    }
    duties {
      amountSet {
        shopMoney {
          amount
        }
      }
    }
    transactions(first: 20) {
      nodes {
        id
        kind
        status
        amountSet {
          shopMoney {
            amount
          }
        }
      }
    }
  }
`

/** All of an order that is no connection: what a page and a bulk operation both ask for. */
const ORDER_HEAD_FIELDS = /* GraphQL */ `
  fragment OrderHeadFields on Order {
    id
    name
    createdAt
    processedAt
    updatedAt
    cancelledAt
    test
    sourceName
    currencyCode
    taxesIncluded
    displayFinancialStatus
    discountCodes
    email
    customer {
      id
    }
    totalPriceSet {
      shopMoney {
        amount
      }
    }
    currentTotalPriceSet {
      shopMoney {
        amount
      }
    }
    totalReceivedSet {
      shopMoney {
        amount
      }
    }
    totalRefundedSet {
      shopMoney {
        amount
      }
    }
    totalRefundedShippingSet {
      shopMoney {
        amount
      }
    }
    totalTipReceivedSet {
      shopMoney {
        amount
      }
    }
    currentTotalDutiesSet {
      shopMoney {
        amount
      }
    }
    totalCashRoundingAdjustment {
      paymentSet {
        shopMoney {
          amount
        }
      }
      refundSet {
        shopMoney {
          amount
        }
      }
    }
    disputes {
      id
      initiatedAs
      status
    }
  }
`

const SHIPPING_LINE_FIELDS = /* GraphQL */ `
  fragment ShippingLineFields on ShippingLine {
    id
    isRemoved
    originalPriceSet {
      shopMoney {
        amount
      }
    }
    discountedPriceSet {
      shopMoney {
        amount
      }
    }
    currentDiscountedPriceSet {
      shopMoney {
        amount
      }
    }
    taxLines {
      priceSet {
        shopMoney {
          amount
        }
      }
    }
  }
`

const ORDER_FIELDS = /* GraphQL */ `
  fragment OrderFields on Order {
    ...OrderHeadFields
    lineItems(first: 50) {
      nodes {
        ...LineFields
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    shippingLines(first: 10) {
      nodes {
        ...ShippingLineFields
      }
    }
    refunds(first: 50) {
      ...RefundFields
    }
  }
`

const ORDER_FRAGMENTS = `${ORDER_FIELDS}${ORDER_HEAD_FIELDS}${LINE_FIELDS}${SHIPPING_LINE_FIELDS}${REFUND_FIELDS}${REFUND_LINE_FIELDS}`

/** Null when the order was deleted (or is older than the scopes reach). */
export const OrderById = graphql<OrderByIdQuery, OrderByIdQueryVariables>(/* GraphQL */ `
  query OrderById($id: ID!) {
    order(id: $id) {
      ...OrderFields
    }
  }
  ${ORDER_FRAGMENTS}
`)

/**
 * Orders by `updated_at`, oldest change first: give `query: "updated_at:>='2026-11-21T10:00:00Z'"`.
 * Keep `first` at 50 or less, so that the asked-for cost (some 580 points then) stays well below Shopify's 1,000.
 */
export const OrdersChanged = graphql<OrdersChangedQuery, OrdersChangedQueryVariables>(/* GraphQL */ `
  query OrdersChanged($query: String!, $first: Int!, $after: String) {
    orders(query: $query, first: $first, after: $after, sortKey: UPDATED_AT) {
      nodes {
        ...OrderFields
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
  ${ORDER_FRAGMENTS}
`)

/** Several orders by their ids, in their order; null for one that was deleted. Ask for ten at most. */
export const OrdersByIds = graphql<OrdersByIdsQuery, OrdersByIdsQueryVariables>(/* GraphQL */ `
  query OrdersByIds($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Order {
        ...OrderFields
      }
    }
  }
  ${ORDER_FRAGMENTS}
`)

/**
 * The same orders for a bulk operation, which takes neither variables nor connections inside lists: of refunds only
 * the ids, so orders that have some are read by their ids. `bulkText` makes the text that Shopify runs.
 */
export const BulkOrders = graphql<BulkOrdersQuery, BulkOrdersQueryVariables>(/* GraphQL */ `
  query BulkOrders($query: String!) {
    orders(query: $query) {
      edges {
        node {
          ...OrderHeadFields
          refunds {
            id
          }
          lineItems {
            edges {
              node {
                ...LineFields
              }
            }
          }
          shippingLines {
            edges {
              node {
                ...ShippingLineFields
              }
            }
          }
        }
      }
    }
  }
  ${ORDER_HEAD_FIELDS}
  ${LINE_FIELDS}
  ${SHIPPING_LINE_FIELDS}
`)

/** How many orders a query finds; Shopify counts to 10,000 exactly and says so. */
export const OrdersCount = graphql<OrdersCountQuery, OrdersCountQueryVariables>(/* GraphQL */ `
  query OrdersCount($query: String!) {
    ordersCount(query: $query, limit: null) {
      count
      precision
    }
  }
`)

/** The lines of an order beyond its first 50. */
export const OrderLinesPage = graphql<OrderLinesPageQuery, OrderLinesPageQueryVariables>(/* GraphQL */ `
  query OrderLinesPage($id: ID!, $after: String!) {
    order(id: $id) {
      id
      updatedAt
      lineItems(first: 100, after: $after) {
        nodes {
          ...LineFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
  ${LINE_FIELDS}
`)

/** The lines of a refund beyond its first 50. */
export const RefundLinesPage = graphql<RefundLinesPageQuery, RefundLinesPageQueryVariables>(/* GraphQL */ `
  query RefundLinesPage($id: ID!, $after: String!) {
    refund(id: $id) {
      id
      refundLineItems(first: 100, after: $after) {
        nodes {
          ...RefundLineFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
  ${REFUND_LINE_FIELDS}
`)
