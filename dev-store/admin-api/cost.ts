/**
 * What a query costs, in points.
 *
 * Shopify publishes the idea (objects 1, connections by their size, mutations 10) and not the figures. These
 * were fitted to answers recorded from a real store: an object or union costs 1, money and `Node` nothing,
 * the object that a mutation hands back nothing, a connection 2 + s(size) × one node, where s grows with the
 * logarithm (1, 1, 3, 4, 7, 11 for 1, 2, 5, 10, 50, 250 nodes), a count 10.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql'

/** Shopify refuses a single query that asks for more. */
export const SINGLE_QUERY_LIMIT = 1000
const MUTATION = 10
const COUNT = 10
const IDEMPOTENT = 10
const FREE = new Set(['MoneyBag', 'MoneyV2', 'PageInfo'])

type Variables = Record<string, unknown>
type Fragments = Map<string, FragmentDefinitionNode>

/** Nodes are priced by their number's logarithm. */
function sizeFactor(size: number): number {
  return size <= 0 ? 0 : Math.max(1, Math.round(Math.log2(size) ** 1.15))
}

/** Points that a query asks for before it runs: sizes are the `first` and `last` arguments. */
export function requestedCost(schema: GraphQLSchema, document: DocumentNode, variables: Variables): number {
  return new CostWalk(schema, document, variables).operation(null)
}

/** Points of what came back: `null` costs nothing, a connection counts the nodes that it has. */
export function actualCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Variables,
  data: Record<string, unknown> | null | undefined,
): number {
  return new CostWalk(schema, document, variables).operation(data ?? {})
}

/** A value of the answer; `undefined` while the answer is not known (requested cost). */
type Answer = unknown

class CostWalk {
  readonly schema: GraphQLSchema
  readonly variables: Variables
  readonly document: DocumentNode
  readonly fragments: Fragments = new Map()

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Variables) {
    this.schema = schema
    this.document = document
    this.variables = variables
    for (const node of document.definitions)
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(node.name.value, node)
  }

  operation(data: Record<string, unknown> | null): number {
    const operation = this.document.definitions.find(
      (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
    )
    const type = operation && this.schema.getRootType(operation.operation)
    if (!operation || !type) return 0
    const answer = data ?? undefined
    if (operation.operation !== 'mutation')
      return Math.max(1, this.selection(operation.selectionSet, type, answer))
    let cost = 0
    for (const field of this.fields(operation.selectionSet, type)) {
      const payload = getNamedType(type.getFields()[field.name.value]?.type)
      const value = pick(answer, field)
      cost += MUTATION
      if (field.name.value === 'metafieldsSet') cost += this.customersIn(field)
      if (field.directives?.some((directive) => directive.name.value === 'idempotent')) cost += IDEMPOTENT
      if (value === null || !isObjectType(payload) || !field.selectionSet) continue
      for (const inner of this.fields(field.selectionSet, payload))
        cost += this.payloadField(inner, payload, pick(value, inner))
    }
    return cost
  }

  /** Each customer whose metafields are written costs a point. */
  customersIn(field: FieldNode): number {
    const argument = field.arguments?.find((one) => one.name.value === 'metafields')
    const inputs = argument ? valueFromASTUntyped(argument.value, this.variables) : []
    const owners = (Array.isArray(inputs) ? inputs : [inputs]).map((one) => String(one?.ownerId ?? ''))
    return new Set(owners.filter((owner) => owner.includes('/Customer/'))).size
  }

  /** The changed object itself comes with the mutation; what hangs on it costs. */
  payloadField(field: FieldNode, payload: GraphQLObjectType, answer: Answer): number {
    const type = getNamedType(payload.getFields()[field.name.value]?.type)
    if (!type || field.name.value === 'userErrors' || !field.selectionSet || answer === null) return 0
    return this.selection(field.selectionSet, type, answer)
  }

  selection(set: SelectionSetNode, type: GraphQLNamedType, answer: Answer): number {
    if (!isObjectType(type)) return this.branches(set, type, answer)
    let cost = 0
    for (const field of this.fields(set, type)) cost += this.field(field, type, pick(answer, field))
    return cost
  }

  /** Of an interface or union only one branch can come: the dearest is asked for. */
  branches(set: SelectionSetNode, type: GraphQLNamedType, answer: Answer): number {
    if (!isCompositeType(type) || isObjectType(type)) return 0
    const costs = this.schema
      .getPossibleTypes(type)
      .filter((one) => this.mentions(set, one) || isInterfaceType(type))
      .map((one) => this.selection(set, one, answer))
    return Math.max(0, ...costs)
  }

  mentions(set: SelectionSetNode, type: GraphQLObjectType): boolean {
    return this.fields(set, type).length > 0
  }

  field(field: FieldNode, parent: GraphQLObjectType, answer: Answer): number {
    const type = getNamedType(parent.getFields()[field.name.value]?.type)
    if (!type || !isCompositeType(type) || !field.selectionSet || answer === null) return 0
    if (type.name.endsWith('Connection') && isObjectType(type)) return this.connection(field, type, answer)
    if (type.name === 'Count' && parent === this.schema.getQueryType()) return COUNT
    if (Array.isArray(answer)) {
      if (answer.length === 0) return 0
      const parts = answer.map((one) => (one === null ? 0 : this.object(field.selectionSet, type, one)))
      return Math.max(...parts)
    }
    return this.object(field.selectionSet, type, answer)
  }

  object(set: SelectionSetNode | undefined, type: GraphQLNamedType, answer: Answer): number {
    const own = FREE.has(type.name) || type.name === 'Node' ? 0 : 1
    return own + (set ? this.selection(set, type, answer) : 0)
  }

  connection(field: FieldNode, type: GraphQLObjectType, answer: Answer): number {
    let node = 0
    let size = this.size(field)
    for (const inner of this.fields(field.selectionSet as SelectionSetNode, type)) {
      const name = inner.name.value
      if (name !== 'nodes' && name !== 'edges') continue
      const items = pick(answer, inner)
      if (Array.isArray(items)) size = items.length
      const nodeType = getNamedType(type.getFields()[name]?.type)
      if (!nodeType || !inner.selectionSet) continue
      const costs = (Array.isArray(items) ? items : [undefined]).map((item) =>
        name === 'nodes'
          ? this.object(inner.selectionSet, nodeType, item)
          : this.selection(inner.selectionSet as SelectionSetNode, nodeType, item),
      )
      node = Math.max(node, 0, ...costs)
    }
    return 2 + sizeFactor(size) * node
  }

  size(field: FieldNode): number {
    for (const argument of field.arguments ?? []) {
      if (argument.name.value !== 'first' && argument.name.value !== 'last') continue
      if (argument.value.kind === Kind.INT) return Number(argument.value.value)
      if (argument.value.kind === Kind.VARIABLE) return Number(this.variables[argument.value.name.value] ?? 0)
    }
    return 0
  }

  /** The fields that a selection asks of one concrete type, fragments opened. */
  fields(set: SelectionSetNode, type: GraphQLObjectType): FieldNode[] {
    const found: FieldNode[] = []
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        found.push(node)
        continue
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(node.name.value) : node
      const on = fragment?.typeCondition?.name.value
      if (fragment && (!on || this.applies(on, type))) found.push(...this.fields(fragment.selectionSet, type))
    }
    return found
  }

  applies(condition: string, type: GraphQLObjectType): boolean {
    if (condition === type.name) return true
    const other = this.schema.getType(condition)
    return isCompositeType(other) && !isObjectType(other) && this.schema.isSubType(other, type)
  }
}

function pick(answer: Answer, field: FieldNode): Answer {
  if (answer === undefined || answer === null || typeof answer !== 'object') return answer
  return (answer as Record<string, unknown>)[field.alias?.value ?? field.name.value]
}
