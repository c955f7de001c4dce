/**
 * Shopify's official GraphQL schemas, read from the cache that `fetch-shopify-schema.ts` fills.
 * Everything that must agree with Shopify (the practice store, the generated types, the check of the
 * app's documents) loads the schema here, so there is one version and one file.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { buildClientSchema, type GraphQLSchema, type IntrospectionQuery } from 'graphql'
import { ensureShopifySchemas, SCHEMA_VERSION, schemaCacheDirectory } from './fetch-shopify-schema.ts'

export { SCHEMA_VERSION }

export type SchemaName = 'admin' | 'functions_discount'

/** One row of the schema package's access table: which scopes a type or a field asks for (any of them). */
export type AccessRule = {
  type: 'type' | 'field'
  typeName: string
  fieldName?: string
  requiredAccess: string
  offlineScopes: string[]
}

export type OfficialSchema = {
  schema: GraphQLSchema
  introspection: IntrospectionQuery
  access: AccessRule[]
}

const loaded = new Map<SchemaName, OfficialSchema>()

/**
 * The official schema, fetched first when the cache is empty.
 * @throws {Error} when the package cannot be fetched or its checksum differs.
 */
export async function officialSchema(name: SchemaName = 'admin'): Promise<OfficialSchema> {
  const known = loaded.get(name)
  if (known) return known
  const path = join(schemaCacheDirectory, `${name}_${SCHEMA_VERSION}.json.gz`)
  if (!existsSync(path)) await ensureShopifySchemas()
  const file = JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as {
    data: IntrospectionQuery
    offline_scopes?: { items: AccessRule[] }
  }
  const official = {
    schema: buildClientSchema(file.data, { assumeValid: true }),
    introspection: file.data,
    access: file.offline_scopes?.items ?? [],
  }
  loaded.set(name, official)
  return official
}
