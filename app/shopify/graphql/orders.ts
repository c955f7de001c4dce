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
  OrderPageQuery,
  OrderPageQueryVariables,
  OrdersByIdsQuery,
  OrdersByIdsQueryVariables,
  OrdersChangedQuery,
  OrdersChangedQueryVariables,
  OrdersCountQuery,
  OrdersCountQueryVariables,
  OrdersListedQuery,
  OrdersListedQueryVariables,
  RefundPageQuery,
  RefundPageQueryVariables,
} from './generated/types.ts'

const ALLOCATION_FIELDS = /* GraphQL */ `
  fragment AllocationFields on DiscountAllocation {
    allocatedAmountSet {
      shopMoney {
        amount
      }
    }
    discountApplication {
      __typename
      ... on DiscountCodeApplication {
        code
      }
    }
  }
`

const LINE_FIELDS = /* GraphQL */ `
  fragment LineFields on LineItem {
    id
    title
    quantity
    currentQuantity
    isGiftCard
    vendor
    sku
    requiresShipping
    product {
      id
    }
    duties {
      price {
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
    originalUnitPriceSet {
      shopMoney {
        amount
      }
    }
    discountAllocations {
      ...AllocationFields
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

const REFUND_PART_FIELDS = /* GraphQL */ `
  fragment AdjustmentFields on OrderAdjustment {
    id
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
  fragment RefundShippingFields on RefundShippingLine {
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
  fragment PaymentFields on OrderTransaction {
    id
    status
  }
`

const REFUND_FIELDS = /* GraphQL */ `
  fragment RefundFields on Refund {
    id
    createdAt
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
        ...AdjustmentFields
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    refundShippingLines(first: 10) {
      nodes {
        ...RefundShippingFields
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    transactions(first: 20) {
      nodes {
        ...PaymentFields
      }
      pageInfo {
        hasNextPage
        endCursor
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
    currentTotalPriceSet {
      shopMoney {
        amount
      }
    }
    totalOutstandingSet {
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
    discountedPriceSet {
      shopMoney {
        amount
      }
    }
    discountAllocations {
      ...AllocationFields
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
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    refunds {
      ...RefundFields
    }
  }
`

const ORDER_FRAGMENTS = `${ORDER_FIELDS}${ORDER_HEAD_FIELDS}${LINE_FIELDS}${ALLOCATION_FIELDS}${SHIPPING_LINE_FIELDS}${REFUND_FIELDS}${REFUND_LINE_FIELDS}${REFUND_PART_FIELDS}`

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

/** The same list by its numbers alone: what of it can be told where an order cannot be read. */
export const OrdersListed = graphql<OrdersListedQuery, OrdersListedQueryVariables>(/* GraphQL */ `
  query OrdersListed($query: String!, $first: Int!, $after: String) {
    orders(query: $query, first: $first, after: $after, sortKey: UPDATED_AT) {
      nodes {
        id
        name
        updatedAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
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
  ${ALLOCATION_FIELDS}
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

/** What of an order did not fit into its first page, from where each part ended. */
export const OrderPage = graphql<OrderPageQuery, OrderPageQueryVariables>(/* GraphQL */ `
  query OrderPage($id: ID!, $lines: String, $shipping: String) {
    order(id: $id) {
      id
      lineItems(first: 100, after: $lines) {
        nodes {
          ...LineFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      shippingLines(first: 50, after: $shipping) {
        nodes {
          ...ShippingLineFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
  ${LINE_FIELDS}
  ${ALLOCATION_FIELDS}
  ${SHIPPING_LINE_FIELDS}
`)

/** What of a refund did not fit into its first page, from where each part ended. */
export const RefundPage = graphql<RefundPageQuery, RefundPageQueryVariables>(/* GraphQL */ `
  query RefundPage($id: ID!, $lines: String, $adjustments: String, $shipping: String, $payments: String) {
    refund(id: $id) {
      id
      refundLineItems(first: 100, after: $lines) {
        nodes {
          ...RefundLineFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      orderAdjustments(first: 100, after: $adjustments) {
        nodes {
          ...AdjustmentFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      refundShippingLines(first: 100, after: $shipping) {
        nodes {
          ...RefundShippingFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      transactions(first: 100, after: $payments) {
        nodes {
          ...PaymentFields
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
  ${REFUND_LINE_FIELDS}
  ${REFUND_PART_FIELDS}
`)
