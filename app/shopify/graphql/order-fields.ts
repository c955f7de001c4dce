/** What is asked of an order and its parts: fragments, which the documents of `orders.ts` are put together from. */

export const ALLOCATION_FIELDS = /* GraphQL */ `
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

export const LINE_FIELDS = /* GraphQL */ `
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

export const REFUND_LINE_FIELDS = /* GraphQL */ `
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

export const REFUND_PART_FIELDS = /* GraphQL */ `
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
export const ORDER_HEAD_FIELDS = /* GraphQL */ `
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

export const SHIPPING_LINE_FIELDS = /* GraphQL */ `
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

export const ORDER_FRAGMENTS = `${ORDER_FIELDS}${ORDER_HEAD_FIELDS}${LINE_FIELDS}${ALLOCATION_FIELDS}${SHIPPING_LINE_FIELDS}${REFUND_FIELDS}${REFUND_LINE_FIELDS}${REFUND_PART_FIELDS}`
