/** Which access scopes Shopify asks for: computed from the access table of the official schema package. */
import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { AccessRule } from './shopify-schema.ts'

/** Any one of the scopes is enough. */
export type Requirement = { coordinate: string; anyOf: string[]; text: string }

export type AccessTable = {
  /** Asked for reading any field of the type. */
  ofType(typeName: string): Requirement | null
  ofField(typeName: string, fieldName: string): Requirement | null
}

export function accessTable(rules: AccessRule[]): AccessTable {
  const known = new Map<string, Requirement>()
  for (const rule of rules) {
    if (rule.offlineScopes.length === 0) continue
    const coordinate = rule.fieldName ? `${rule.typeName}.${rule.fieldName}` : rule.typeName
    known.set(coordinate, { coordinate, anyOf: rule.offlineScopes, text: rule.requiredAccess })
  }
  return {
    ofType: (typeName) => known.get(typeName) ?? null,
    ofField: (typeName, fieldName) => known.get(`${typeName}.${fieldName}`) ?? null,
  }
}

/** Writing implies reading, as in Shopify. */
export function isGranted(requirement: Requirement, granted: ReadonlySet<string>): boolean {
  return requirement.anyOf.some(
    (scope) => granted.has(scope) || granted.has(scope.replace(/^read_/, 'write_')),
  )
}

/** The requirements of a whole document, each once. Types reached only through `... on Type` count too. */
export function requirementsOf(
  document: DocumentNode,
  schema: GraphQLSchema,
  table: AccessTable,
): Requirement[] {
  const found = new Map<string, Requirement>()
  const note = (requirement: Requirement | null) => {
    if (requirement) found.set(requirement.coordinate, requirement)
  }
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const parent = types.getParentType()
        if (!parent || node.name.value.startsWith('__')) return
        if (isObjectType(parent)) note(table.ofType(parent.name))
        note(table.ofField(parent.name, node.name.value))
        const result = getNamedType(types.getType())
        if (isObjectType(result)) note(table.ofType(result.name))
      },
    }),
  )
  return [...found.values()]
}
