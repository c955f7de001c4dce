/** Bulk operations of the shop: the newest ones with their results, kept as long as the practice store needs them. */
import { randomUUID } from 'node:crypto'
import type { PracticeContext } from '../../context.ts'
import { gid, type IsoTime } from '../../model.ts'
import type { Store } from '../../store.ts'
import type { Presented } from '../context.ts'

export type BulkStatus = 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELED'

export interface BulkOperation {
  id: number
  status: BulkStatus
  errorCode: 'ACCESS_DENIED' | 'INTERNAL_SERVER_ERROR' | null
  query: string
  groupObjects: boolean
  /** Scopes of the token that asked. */
  granted: string[]
  /** Unguessable part of the result's address. */
  token: string
  objectCount: number
  rootObjectCount: number
  /** Bytes; null until it is there, or when nothing was found. */
  fileSize: number | null
  createdAt: IsoTime
  completedAt: IsoTime | null
}

const LIST = 'bulk-operations'
/** Shopify keeps results for seven days. */
const MOST_KEPT = 10
/** Since API version 2026-01, for one app in one shop. */
export const MOST_AT_ONCE = 5

export function bulkOperations(store: Store): BulkOperation[] {
  return store.document<BulkOperation[]>(LIST) ?? []
}

export function bulkOperation(store: Store, id: number): BulkOperation | undefined {
  return bulkOperations(store).find((one) => one.id === id)
}

export function isOpen({ status }: BulkOperation): boolean {
  return status === 'CREATED' || status === 'RUNNING'
}

export function createBulkOperation(
  store: Store,
  asked: Pick<BulkOperation, 'query' | 'groupObjects' | 'granted'>,
): BulkOperation {
  const operation: BulkOperation = {
    ...asked,
    id: store.nextId('BulkOperation'),
    status: 'CREATED',
    errorCode: null,
    token: randomUUID(),
    objectCount: 0,
    rootObjectCount: 0,
    fileSize: null,
    createdAt: store.time(),
    completedAt: null,
  }
  const kept = [...bulkOperations(store), operation]
  for (const old of kept.splice(0, Math.max(0, kept.length - MOST_KEPT)))
    store.documents.delete(resultOf(old.id))
  store.setDocument(LIST, kept)
  return operation
}

export function changeBulkOperation(store: Store, id: number, change: Partial<BulkOperation>): void {
  store.setDocument(
    LIST,
    bulkOperations(store).map((one) => (one.id === id ? { ...one, ...change } : one)),
  )
}

const resultOf = (id: number) => `bulk-result:${id}`

export function keepResult(store: Store, id: number, jsonl: string): void {
  store.setDocument(resultOf(id), jsonl)
}

/** The JSONL text; undefined when there is none or the token is not its own. */
export function bulkResult(store: Store, id: number, token: string): string | undefined {
  const operation = bulkOperation(store, id)
  return operation?.token === token ? store.document<string>(resultOf(id)) : undefined
}

export function presentBulkOperation(operation: BulkOperation, { settings }: PracticeContext): Presented {
  const { id, status, errorCode, query, fileSize, token, createdAt, completedAt } = operation
  return {
    __typename: 'BulkOperation',
    id: gid('BulkOperation', id),
    status,
    errorCode,
    type: 'QUERY',
    query,
    objectCount: String(operation.objectCount),
    rootObjectCount: String(operation.rootObjectCount),
    fileSize: fileSize === null ? null : String(fileSize),
    createdAt,
    completedAt,
    url: fileSize === null ? null : `${settings.origin}/practice/bulk-operations/${id}/${token}.jsonl`,
    partialDataUrl: null,
  }
}
