/** Runs a bulk query and writes its result as Shopify does: one object a line, children with their parent's id. */
import { defaultTypeResolver, execute } from 'graphql'
import type { OfficialSchema } from '../../../scripts/shopify-schema.ts'
import type { ApiContext } from '../context.ts'
import { resolveField } from '../execute.ts'
import { checkBulkQuery } from './check-query.ts'
import { type BulkOperation, bulkOperation, changeBulkOperation, isOpen, keepResult } from './operations.ts'

/** Long enough that the app sees an operation that is not done yet. */
const TAKES_MS = 300

/** Takes it up, also after a restart of the practice store. */
export function startBulkQuery(
  operation: BulkOperation,
  official: OfficialSchema,
  context: ApiContext,
): void {
  const { store } = context
  changeBulkOperation(store, operation.id, { status: 'RUNNING' })
  setTimeout(() => {
    const now = bulkOperation(store, operation.id)
    if (store.closed || !now || !isOpen(now)) return
    changeBulkOperation(store, operation.id, {
      ...run(operation, official, context),
      completedAt: store.time(),
    })
    store.flush()
  }, TAKES_MS).unref()
}

function run(
  { id, query, groupObjects }: BulkOperation,
  { schema }: OfficialSchema,
  context: ApiContext,
): Partial<BulkOperation> {
  const document = checkBulkQuery(schema, query)
  if (typeof document === 'string') return { status: 'FAILED', errorCode: 'INTERNAL_SERVER_ERROR' }
  const result = execute({
    schema,
    document,
    contextValue: { ...context, bulk: true },
    rootValue: {},
    fieldResolver: resolveField,
    typeResolver: defaultTypeResolver,
  })
  if (result instanceof Promise) throw new Error('A resolver of the practice store must not wait')
  const [error] = result.errors ?? []
  if (error) {
    const denied = error.extensions.code === 'ACCESS_DENIED'
    if (!denied) console.error(`[practice store] bulk operation ${id}: ${error.message}`)
    return { status: 'FAILED', errorCode: denied ? 'ACCESS_DENIED' : 'INTERNAL_SERVER_ERROR' }
  }
  const [root] = Object.values(result.data ?? {})
  const objects = nodesOf(root) ?? []
  const lines = groupObjects ? objects.flatMap((one) => withChildren(one)) : ungrouped(objects)
  const done = { status: 'COMPLETED', objectCount: lines.length, rootObjectCount: objects.length } as const
  if (lines.length === 0) return done
  const jsonl = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`
  keepResult(context.store, id, jsonl)
  return { ...done, fileSize: Buffer.byteLength(jsonl) }
}

type Node = Record<string, unknown>

/** What a connection holds; null for everything that is none. */
function nodesOf(value: unknown): Node[] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const { edges, nodes } = value as { edges?: { node: Node }[]; nodes?: Node[] }
  if (Array.isArray(edges)) return edges.map(({ node }) => node)
  return Array.isArray(nodes) ? nodes : null
}

/** The object without its connections, then their objects, each with the parent's id. */
function withChildren(node: Node, parent?: unknown): Node[] {
  const own: Node = {}
  const children: Node[] = []
  for (const [name, value] of Object.entries(node)) {
    const inside = nodesOf(value)
    if (inside) for (const child of inside) children.push(...withChildren(child, node.id))
    else own[name] = value
  }
  return [parent === undefined ? own : { ...own, __parentId: parent }, ...children]
}

/** Parents before their children, and nothing more is promised. */
function ungrouped(objects: Node[]): Node[] {
  const families = objects.map((one) => withChildren(one))
  const parents = families.flatMap((family) => family.slice(0, 1))
  return [...parents, ...families.flatMap((family) => family.slice(1))]
}
