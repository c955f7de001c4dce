/** Bulk queries: taken on, then run behind the answer. */
import { idOf } from '../../model.ts'
import { checkBulkQuery } from '../bulk/check-query.ts'
import {
  bulkOperation,
  bulkOperations,
  changeBulkOperation,
  createBulkOperation,
  isOpen,
  MOST_AT_ONCE,
  presentBulkOperation,
} from '../bulk/operations.ts'
import type { ApiContext } from '../context.ts'

function refused(message: string, code: 'INVALID' | 'LIMIT_REACHED', field: string[] | null) {
  return { bulkOperation: null, userErrors: [{ field, message, code }] }
}

function runQuery({ query, groupObjects }: { query: string; groupObjects: boolean }, context: ApiContext) {
  const { store, practice, granted, official } = context
  const checked = checkBulkQuery(official.schema, query)
  if (typeof checked === 'string') return refused(checked, 'INVALID', ['query'])
  if (bulkOperations(store).filter(isOpen).length >= MOST_AT_ONCE)
    return refused('Bulk operations limit reached. Please try again later.', 'LIMIT_REACHED', null)
  const operation = createBulkOperation(store, { query, groupObjects, granted: [...granted] })
  context.startBulk(operation)
  return { bulkOperation: presentBulkOperation(operation, practice), userErrors: [] }
}

function cancel({ id }: { id: string }, { store, practice }: ApiContext) {
  const known = bulkOperation(store, idOf(id))
  if (!known)
    return { bulkOperation: null, userErrors: [{ field: ['id'], message: 'Bulk operation does not exist' }] }
  if (isOpen(known)) changeBulkOperation(store, known.id, { status: 'CANCELED', completedAt: store.time() })
  const now = bulkOperation(store, known.id) ?? known
  return { bulkOperation: presentBulkOperation(now, practice), userErrors: [] }
}

export const bulkMutations = { bulkOperationRunQuery: runQuery, bulkOperationCancel: cancel }
