/** Variables checked against their types, with the answers that Shopify gives to wrong ones. */

import type { TypeNode } from 'graphql'
import {
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  print,
  typeFromAST,
  valueFromASTUntyped,
} from 'graphql'

type Problem = { path: (string | number)[]; explanation: string; message?: string }

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/** What is wrong with a scalar's value, or null. */
const SCALARS: Record<string, (value: unknown) => string | null> = {
  Int: (value) => (Number.isInteger(value) ? null : `Could not coerce value ${JSON.stringify(value)} to Int`),
  Float: (value) =>
    typeof value === 'number' ? null : `Could not coerce value ${JSON.stringify(value)} to Float`,
  Boolean: (value) =>
    typeof value === 'boolean' ? null : `Could not coerce value ${JSON.stringify(value)} to Boolean`,
  String: (value) =>
    typeof value === 'string' ? null : `Could not coerce value ${JSON.stringify(value)} to String`,
  ID: (value) =>
    typeof value === 'string' || Number.isInteger(value)
      ? /^gid:\/\/shopify\/\w+\/[\w-]+/.test(String(value)) || /^\d+$/.test(String(value))
        ? null
        : `Invalid global id '${value}'`
      : `Could not coerce value ${JSON.stringify(value)} to ID`,
  Decimal: (value) =>
    /^-?\d+(\.\d+)?$/.test(String(value))
      ? null
      : `invalid decimal '${typeof value === 'string' ? value : JSON.stringify(value)}'`,
  Money: (value) =>
    /^-?\d+(\.\d+)?$/.test(String(value))
      ? null
      : `invalid money '${typeof value === 'string' ? value : JSON.stringify(value)}'`,
  DateTime: (value) =>
    typeof value === 'string' && ISO_TIME.test(value) && !Number.isNaN(Date.parse(value))
      ? null
      : `invalid DateTime '${String(value)}'`,
  URL: (value) => (URL.canParse(String(value)) ? null : `Invalid url '${String(value)}'`),
  UnsignedInt64: (value) => (/^\d+$/.test(String(value)) ? null : `invalid UnsignedInt64 '${String(value)}'`),
}

/** The errors of all variables, as they stand in the answer; empty when everything fits. */
export function variableErrors(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): Record<string, unknown>[] {
  const errors: Record<string, unknown>[] = []
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value
    const type = typeFromAST(schema, definition.type as TypeNode) as GraphQLInputType | undefined
    if (!type) continue
    const value = variables[name] ?? (definition.defaultValue && valueFromASTUntyped(definition.defaultValue))
    const problems = problemsOf(type, value, [])
    if (problems.length === 0) continue
    const places = problems
      .filter(({ path }) => path.length > 0)
      .map(({ path, explanation }) => `${path.join('.')} (${explanation})`)
    const where = places.length > 0 ? ` for ${places.join(', ')}` : ''
    errors.push({
      message: `Variable $${name} of type ${print(definition.type)} was provided invalid value${where}`,
      locations: [
        { line: definition.loc?.startToken.line ?? 1, column: definition.loc?.startToken.column ?? 1 },
      ],
      extensions: { code: 'INVALID_VARIABLE', value: value ?? null, problems },
    })
  }
  return errors
}

function problemsOf(type: GraphQLInputType, value: unknown, path: (string | number)[]): Problem[] {
  if (isNonNullType(type)) {
    if (value === null || value === undefined) return [{ path, explanation: 'Expected value to not be null' }]
    return problemsOf(type.ofType, value, path)
  }
  if (value === null || value === undefined) return []
  if (isListType(type)) {
    const items = Array.isArray(value) ? value : [value]
    return items.flatMap((item, index) => problemsOf(type.ofType, item, [...path, index]))
  }
  if (isEnumType(type)) {
    const names = type.getValues().map((one) => one.name)
    return typeof value === 'string' && names.includes(value)
      ? []
      : [{ path, explanation: `Expected ${JSON.stringify(value)} to be one of: ${names.join(', ')}` }]
  }
  if (isInputObjectType(type)) return objectProblems(type, value, path)
  const explanation = SCALARS[type.name]?.(value)
  return explanation ? [{ path, explanation, message: explanation }] : []
}

function objectProblems(
  type: Extract<GraphQLInputType, { getFields(): unknown }>,
  value: unknown,
  path: (string | number)[],
): Problem[] {
  if (typeof value !== 'object' || Array.isArray(value))
    return [{ path, explanation: `Expected ${JSON.stringify(value)} to be a key-value object.` }]
  const given = value as Record<string, unknown>
  const fields = type.getFields()
  const problems: Problem[] = []
  for (const key of Object.keys(given))
    if (!fields[key])
      problems.push({ path: [...path, key], explanation: `Field is not defined on ${type.name}` })
  for (const [key, field] of Object.entries(fields)) {
    if (!(key in given) && field.defaultValue !== undefined) continue
    problems.push(...problemsOf(field.type, given[key], [...path, key]))
  }
  if (type.isOneOf && Object.values(given).filter((one) => one !== null).length !== 1)
    problems.push({
      path,
      explanation: `'${type.name}' requires exactly one argument, but ${Object.keys(given).length} were provided.`,
    })
  return problems
}
