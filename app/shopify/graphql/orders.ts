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
import {
  ALLOCATION_FIELDS,
  LINE_FIELDS,
  ORDER_FRAGMENTS,
  ORDER_HEAD_FIELDS,
  REFUND_LINE_FIELDS,
  REFUND_PART_FIELDS,
  SHIPPING_LINE_FIELDS,
} from './order-fields.ts'

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
