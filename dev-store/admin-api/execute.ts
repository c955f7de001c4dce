/** One GraphQL request, from text to Shopify's answer: cost, throttle, validation, execution. */
import { randomUUID } from 'node:crypto'
import {
  type DocumentNode,
  defaultTypeResolver,
  execute,
  type GraphQLError,
  type GraphQLFieldResolver,
  getNamedType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
  visit,
} from 'graphql'
import { isGranted } from '../../scripts/shopify-access.ts'
import type { OfficialSchema } from '../../scripts/shopify-schema.ts'
import type { ApiContext } from './context.ts'
import { actualCost, requestedCost, SINGLE_QUERY_LIMIT } from './cost.ts'
import { accessDenied, notInPracticeStore, validationError } from './errors.ts'
import { bulkMutations } from './mutations/bulk-operations.ts'
import { discountMutations } from './mutations/discounts.ts'
import { metafieldMutations } from './mutations/metafields.ts'
import { orderMutations } from './mutations/orders.ts'
import { storeCreditMutations } from './mutations/store-credit.ts'
import { queryRoot } from './query.ts'
import type { Throttle } from './throttle.ts'
import { variableErrors } from './variables.ts'

export type GraphqlRequest = {
  query: string
  variables?: Record<string, unknown> | null
  operationName?: string | null
}
export type GraphqlAnswer = {
  data?: unknown
  errors?: Record<string, unknown>[]
  extensions?: Record<string, unknown>
}

// biome-ignore lint/suspicious/noExplicitAny: each field has arguments of its own, checked by the schema.
type Root = Record<string, (args: any, context: ApiContext) => unknown>
const ROOTS: Record<string, Root> = {
  QueryRoot: queryRoot,
  Mutation: {
    ...bulkMutations,
    ...discountMutations,
    ...metafieldMutations,
    ...orderMutations,
    ...storeCreditMutations,
  },
}

/**
 * Every field goes through here: the access table first, then the presented object. What the practice store
 * does not know is null where the schema allows null, and an error that says so where it does not.
 */
export const resolveField: GraphQLFieldResolver<Record<string, unknown>, ApiContext> = (
  source,
  args,
  context,
  info,
) => {
  const { parentType, fieldName, returnType } = info
  const result = getNamedType(returnType)
  for (const requirement of [
    context.access.ofField(parentType.name, fieldName),
    context.access.ofType(parentType.name),
    isObjectType(result) ? context.access.ofType(result.name) : null,
  ])
    if (requirement && !isGranted(requirement, context.granted))
      throw accessDenied(fieldName, requirement.text)
  const root = ROOTS[parentType.name]
  const value = root ? root[fieldName] : source[fieldName]
  const asked = context.bulk ? { ...args, all: true } : args
  const found = typeof value === 'function' ? value(asked, context) : value
  if (found === undefined || (found === null && isNonNullType(returnType))) {
    if (isNonNullType(returnType) || parentType.name === 'Mutation')
      throw notInPracticeStore(`${parentType.name}.${fieldName}`)
    return null
  }
  return found
}

/** Runs a request. Always answers what goes out with status 200. */
export function answer(
  request: GraphqlRequest,
  official: OfficialSchema,
  context: ApiContext,
  throttle: Throttle,
): GraphqlAnswer {
  const { schema } = official
  let document: DocumentNode
  try {
    document = parse(request.query)
  } catch (error) {
    const { message, locations } = error as GraphQLError
    return { errors: [{ message: message.replace(/^Syntax Error: /, 'syntax error, '), locations }] }
  }
  const invalid = validate(schema, document)
  if (invalid.length > 0)
    return {
      errors: invalid.map((error) => documentError(error, document)),
    }
  const operation = chosenOperation(document, request.operationName)
  if (!operation) return { errors: [{ message: 'An operation name is required' }] }
  const variables = request.variables ?? {}
  const wrong = variableErrors(schema, operation, variables)
  if (wrong.length > 0) return { errors: wrong }
  return charge(document, operation, variables, official, context, throttle)
}

function charge(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
  { schema }: OfficialSchema,
  context: ApiContext,
  throttle: Throttle,
): GraphqlAnswer {
  const asked = only(document, operation)
  const requestedQueryCost = requestedCost(schema, asked, variables)
  if (requestedQueryCost > SINGLE_QUERY_LIMIT) return tooDear(requestedQueryCost, throttle)
  if (!throttle.take(requestedQueryCost)) return throttled(requestedQueryCost, throttle)
  const result = execute({
    schema,
    document: asked,
    variableValues: variables,
    contextValue: context,
    rootValue: {},
    fieldResolver: resolveField,
    typeResolver: defaultTypeResolver,
  })
  if (result instanceof Promise) throw new Error('A resolver of the practice store must not wait')
  const actualQueryCost = actualCost(schema, asked, variables, result.data)
  throttle.giveBack(requestedQueryCost - actualQueryCost)
  const cost = { requestedQueryCost, actualQueryCost, throttleStatus: throttle.status() }
  const extensions = context.searchNotes.length > 0 ? { cost, search: context.searchNotes } : { cost }
  const errors = result.errors?.map((error) => errorJson(error))
  return errors ? { errors, data: result.data, extensions } : { data: result.data, extensions }
}

function errorJson(error: GraphQLError): Record<string, unknown> {
  if (error.originalError && !('extensions' in error.originalError)) {
    const requestId = randomUUID()
    console.error(`[practice store] ${error.path?.join('.')}:`, error.originalError)
    return {
      message: `Internal error. Looks like something went wrong on our end.\nRequest ID: ${requestId} (include this in support requests).`,
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
    }
  }
  return {
    message: error.message,
    locations: error.locations,
    extensions: error.extensions,
    path: error.path,
  }
}

/** Other operations of the same text neither run nor cost. */
function only(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  return {
    ...document,
    definitions: document.definitions.filter(
      (node) => node.kind !== Kind.OPERATION_DEFINITION || node === operation,
    ),
  }
}

function chosenOperation(document: DocumentNode, name: string | null | undefined) {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  if (!name) return operations.length === 1 ? operations[0] : undefined
  return operations.find((node) => node.name?.value === name)
}

function tooDear(cost: number, throttle: Throttle): GraphqlAnswer {
  return {
    errors: [
      {
        message: `Query cost is ${cost}, which exceeds the single query max cost limit (${SINGLE_QUERY_LIMIT}).\n\nSee https://shopify.dev/concepts/about-apis/rate-limits for more information on how the\ncost of a query is calculated.\n`,
        extensions: {
          code: 'MAX_COST_EXCEEDED',
          cost,
          maxCost: SINGLE_QUERY_LIMIT,
          documentation: 'https://shopify.dev/api/usage/rate-limits',
        },
      },
    ],
    extensions: {
      cost: { requestedQueryCost: cost, actualQueryCost: null, throttleStatus: throttle.status() },
    },
  }
}

export function throttled(requestedQueryCost: number, throttle: Throttle): GraphqlAnswer {
  return {
    errors: [
      {
        message: 'Throttled',
        extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' },
      },
    ],
    extensions: {
      cost: { requestedQueryCost, actualQueryCost: null, throttleStatus: throttle.status() },
    },
  }
}

function documentError(error: GraphQLError, document: DocumentNode): Record<string, unknown> {
  const told = validationError(error)
  const { argumentName, inputObjectType } = told.extensions as Record<string, unknown>
  const path = pathTo(error, document)
  return { ...told, path: inputObjectType ? [...path, argumentName] : path }
}

/** Where in the document a refused node stands: ["query Name", "shop", "nme"]. */
function pathTo(error: GraphQLError, document: DocumentNode): string[] {
  const wanted = error.nodes?.[0]
  let found: string[] = []
  const path: string[] = []
  visit(document, {
    enter(node) {
      if (node.kind === Kind.OPERATION_DEFINITION)
        path.push([node.operation, node.name?.value].filter(Boolean).join(' '))
      else if (node.kind === Kind.FRAGMENT_DEFINITION) path.push(`fragment ${node.name.value}`)
      else if (node.kind === Kind.INLINE_FRAGMENT) path.push(`... on ${node.typeCondition?.name.value ?? ''}`)
      else if (node.kind === Kind.FIELD) path.push(node.alias?.value ?? node.name.value)
      else if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) path.push(node.name.value)
      else path.push('')
      if (node === wanted) found = path.filter((part) => part !== '')
    },
    leave() {
      path.pop()
    },
  })
  return found
}
