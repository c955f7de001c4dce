/** Bulk operations: Shopify runs a query for as long as it takes and leaves the result in a file. */
import { graphql } from './document.ts'
import type {
  BulkOperationStateQuery,
  BulkOperationStateQueryVariables,
  RunBulkQueryMutation,
  RunBulkQueryMutationVariables,
} from './generated/types.ts'

/**
 * Grouped: an order's lines follow it in the file, so that it can be read line by line. `LIMIT_REACHED` and
 * `OPERATION_IN_PROGRESS` in the errors: too many of them are running.
 */
export const RunBulkQuery = graphql<RunBulkQueryMutation, RunBulkQueryMutationVariables>(/* GraphQL */ `
  mutation RunBulkQuery($query: String!) {
    bulkOperationRunQuery(query: $query, groupObjects: true) {
      bulkOperation {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`)

/** `url` is null until it is done, and when nothing was found; it is good for seven days. */
export const BulkOperationState = graphql<
  BulkOperationStateQuery,
  BulkOperationStateQueryVariables
>(/* GraphQL */ `
  query BulkOperationState($id: ID!) {
    bulkOperation(id: $id) {
      status
      errorCode
      rootObjectCount
      url
    }
  }
`)
