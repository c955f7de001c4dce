/** Metafields: the member's balance for the storefront, and the program for Liquid. */
import { graphql } from './document.ts'
import type {
  CustomerMetafieldQuery,
  CustomerMetafieldQueryVariables,
  DefineMetafieldMutation,
  DefineMetafieldMutationVariables,
  SetMetafieldsMutation,
  SetMetafieldsMutationVariables,
} from './generated/types.ts'

/**
 * Makes the definition that opens a metafield to the storefront and to the customer account.
 * The user error TAKEN means that it is there already, which is as good.
 */
export const DefineMetafield = graphql<
  DefineMetafieldMutation,
  DefineMetafieldMutationVariables
>(/* GraphQL */ `
  mutation DefineMetafield($definition: MetafieldDefinitionInput!) {
    metafieldDefinitionCreate(definition: $definition) {
      createdDefinition {
        id
        namespace
        key
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`)

/** At most 25 in one call, all or none: one bad owner fails the whole call. */
export const SetMetafields = graphql<SetMetafieldsMutation, SetMetafieldsMutationVariables>(/* GraphQL */ `
  mutation SetMetafields($metafields: [MetafieldsSetInput!]!) {
    metafieldsSet(metafields: $metafields) {
      metafields {
        id
        compareDigest
      }
      userErrors {
        field
        message
        code
        elementIndex
      }
    }
  }
`)

/** What the storefront shows of one customer at the moment. */
export const CustomerMetafield = graphql<
  CustomerMetafieldQuery,
  CustomerMetafieldQueryVariables
>(/* GraphQL */ `
  query CustomerMetafield($id: ID!, $namespace: String!, $key: String!) {
    customer(id: $id) {
      id
      metafield(namespace: $namespace, key: $key) {
        id
        value
        compareDigest
        updatedAt
      }
    }
  }
`)
