/** Reward codes of customers who have become one. */
import { DISCOUNT_ERRORS } from './discounts.ts'
import { graphql } from './document.ts'
import type {
  MoveDiscountCodeMutation,
  MoveDiscountCodeMutationVariables,
  MoveFreeShippingCodeMutation,
  MoveFreeShippingCodeMutationVariables,
} from './generated/types.ts'

/** Gives a discount to another customer. */
export const MoveDiscountCode = graphql<
  MoveDiscountCodeMutation,
  MoveDiscountCodeMutationVariables
>(/* GraphQL */ `
  mutation MoveDiscountCode($id: ID!, $discount: DiscountCodeBasicInput!) {
    discountCodeBasicUpdate(id: $id, basicCodeDiscount: $discount) {
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

export const MoveFreeShippingCode = graphql<
  MoveFreeShippingCodeMutation,
  MoveFreeShippingCodeMutationVariables
>(/* GraphQL */ `
  mutation MoveFreeShippingCode($id: ID!, $discount: DiscountCodeFreeShippingInput!) {
    discountCodeFreeShippingUpdate(id: $id, freeShippingCodeDiscount: $discount) {
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
