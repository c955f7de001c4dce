/** What Shopify runs in bulk, and what it refuses: the restrictions of its guide to bulk operations. */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  Kind,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql'

const MOST_CONNECTIONS = 5
const DEEPEST = 2

/** The query as a document, or in words why it cannot run in bulk. */
export function checkBulkQuery(schema: GraphQLSchema, text: string): DocumentNode | string {
  let document: DocumentNode
  try {
    document = parse(text)
  } catch (error) {
    return `Invalid bulk query: ${(error as Error).message}`
  }
  const [invalid] = validate(schema, document)
  if (invalid) return `Invalid bulk query: ${invalid.message}`
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  const [operation] = operations
  if (operations.length !== 1 || operation?.operation !== 'query') return 'Bulk queries must be one query.'
  if ((operation.variableDefinitions ?? []).length > 0) return 'Bulk queries take no variables.'
  if (operation.selectionSet.selections.length !== 1)
    return 'Bulk queries must have exactly one top-level field.'
  const found = connectionsOf(schema, document)
  if (typeof found === 'string') return found
  if (found.length === 0) return 'Bulk queries must contain at least one connection.'
  if (found.length > MOST_CONNECTIONS)
    return `Bulk queries cannot contain more than ${MOST_CONNECTIONS} connections.`
  const deepest = Math.max(...found.map(({ depth }) => depth))
  // The top level does not count: two levels of connections may lie within it.
  if (deepest > DEEPEST)
    return `Bulk queries cannot contain connections with a nesting depth greater than ${DEEPEST}.`
  if (!found.some(({ depth }) => depth === 0))
    return 'The top-level field of a bulk query must be a connection.'
  return document
}

/** Every connection with the number of connections around it, fragments opened by the walk over their own text. */
function connectionsOf(schema: GraphQLSchema, document: DocumentNode): { depth: number }[] | string {
  const types = new TypeInfo(schema)
  const found: { depth: number }[] = []
  const around: ('connection' | 'list' | 'other')[] = []
  let refused = ''
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        enter(node: FieldNode) {
          const type = types.getType()
          const named = type && getNamedType(type)
          const kind = named?.name.endsWith('Connection')
            ? 'connection'
            : type && isListType(getNullableType(type)) && !['nodes', 'edges'].includes(node.name.value)
              ? 'list'
              : 'other'
          if (kind === 'connection') {
            if (around.includes('list'))
              refused ||=
                'Queries that contain a connection field within a list field are not currently supported.'
            found.push({ depth: around.filter((one) => one === 'connection').length })
          }
          if (around.length === 0 && ['node', 'nodes'].includes(node.name.value))
            refused ||= `The top-level field "${node.name.value}" cannot be used in a bulk query.`
          around.push(kind)
        },
        leave() {
          around.pop()
        },
      },
    }),
  )
  return refused || found
}
