/**
 * What a query costs, in points.
 *
 * Shopify publishes the idea (objects 1, connections by their size, mutations 10) and not the figures. These
 * were fitted to answers recorded from a real store: an object, union or interface costs 1, also when it comes
 * back null or as an empty list; money, weights and what lies in the row of its parent anyway cost nothing, the
 * balance of a store credit account 5, the object that a mutation hands back nothing, a connection 2 + s(size) ×
 * one node, where s grows with the logarithm (1, 1, 3, 4, 7, 11 for 1, 2, 5, 10, 50, 250 nodes), a count 10.
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
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  valueFromASTUntyped,
} from 'graphql'

/** Shopify refuses a single query that asks for more. */
export const SINGLE_QUERY_LIMIT = 1000
const MUTATION = 10
const COUNT = 10
const IDEMPOTENT = 10
const FREE = new Set(['MoneyBag', 'MoneyV2', 'PageInfo', 'InventoryItemMeasurement', 'Weight'])
/** Fields whose price is not that of their type. */
const PRICES = new Map([
  ['Customer.defaultAddress', 0],
  ['StoreCreditAccount.balance', 5],
  ['storeCreditAccountTransaction', 1],
])

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
    return (PRICES.get(field.name.value) ?? 0) + this.selection(field.selectionSet, type, answer)
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
    const type = getNamedType(this.definition(field, parent)?.type)
    if (!type || !isCompositeType(type) || !field.selectionSet || answer === ABSENT) return 0
    if (type.name.endsWith('Connection') && isObjectType(type)) return this.connection(field, type, answer)
    if (type.name === 'Count' && parent === this.schema.getQueryType()) return COUNT
    const own = PRICES.get(`${parent.name}.${field.name.value}`) ?? (FREE.has(type.name) ? 0 : 1)
    return own + this.inside(field.selectionSet, type, answer)
  }

  /** Fields of the schema, and the two that ask about the schema. */
  definition(field: FieldNode, parent: GraphQLObjectType) {
    if (parent === this.schema.getQueryType()) {
      if (field.name.value === TypeMetaFieldDef.name) return TypeMetaFieldDef
      if (field.name.value === SchemaMetaFieldDef.name) return SchemaMetaFieldDef
    }
    return parent.getFields()[field.name.value]
  }

  /** What hangs on an object, or on the dearest of several. */
  inside(set: SelectionSetNode, type: GraphQLNamedType, answer: Answer): number {
    if (answer === null) return 0
    if (!Array.isArray(answer)) return this.selection(set, type, answer)
    return Math.max(0, ...answer.map((one) => this.inside(set, type, one)))
  }

  /** A page that came back empty is priced by the size that was asked for, but only where its nodes were asked for. */
  connection(field: FieldNode, type: GraphQLObjectType, answer: Answer): number {
    let cost = 2
    for (const inner of this.fields(field.selectionSet as SelectionSetNode, type)) {
      const name = inner.name.value
      const nodeType = getNamedType(type.getFields()[name]?.type)
      if ((name !== 'nodes' && name !== 'edges') || !nodeType || !inner.selectionSet) continue
      const set = inner.selectionSet
      const own = name === 'nodes' ? 1 : 0
      const items = pick(answer, inner)
      if (!Array.isArray(items))
        return 2 + sizeFactor(this.size(field)) * (own + this.selection(set, nodeType, undefined))
      if (items.length > 0) cost += sizeFactor(items.length) * own + this.inside(set, nodeType, items)
      else cost += sizeFactor(this.size(field)) * own
    }
    return cost
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

/** A field that belongs to another branch than the one that came. */
const ABSENT = Symbol('absent')

function pick(answer: Answer, field: FieldNode): Answer {
  if (answer === undefined || answer === null || typeof answer !== 'object') return answer
  const key = field.alias?.value ?? field.name.value
  return key in answer ? (answer as Record<string, unknown>)[key] : ABSENT
}
