/** What Shopify's official schema refuses, the practice store refuses; what the app asks, the schema knows. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type FieldNode, getNamedType, Kind, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql'
import { describe, expect, test } from 'vitest'
import { generatedTypes, TYPES_FILE } from '../../codegen.ts'
import { appDocuments, checkShopifyOperations } from '../../scripts/check-shopify-operations.ts'
import { ensureShopifySchemas } from '../../scripts/fetch-shopify-schema.ts'
import { accessTable, requirementsOf } from '../../scripts/shopify-access.ts'
import { officialSchema } from '../../scripts/shopify-schema.ts'
import { openHarness } from '../dev-store/admin-harness.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const toml = () => readFile(join(root, 'shopify.app.toml'), 'utf8')

describe('a query that Shopify refuses', () => {
  const { graphql } = openHarness()

  test('because of an unknown field fails with its place', async () => {
    const answer = await graphql('query Wrong { shop { nme } }')
    expect(answer).toEqual({
      errors: [
        {
          message: "Field 'nme' doesn't exist on type 'Shop'",
          locations: [{ line: 1, column: 22 }],
          path: ['query Wrong', 'shop', 'nme'],
          extensions: { code: 'undefinedField', typeName: 'Shop', fieldName: 'nme' },
        },
      ],
    })
  })

  test.each([
    ['a missing argument', '{ order { id } }', 'missingRequiredArguments'],
    ['an unknown argument', '{ shop(id: 1) { id } }', 'argumentNotAccepted'],
    ['a missing selection', '{ shop }', 'selectionMismatch'],
    ['an unused variable', 'query Unused($id: ID!) { shop { id } }', 'variableNotUsed'],
    ['an undeclared variable', 'query Open { order(id: $id) { id } }', 'variableNotDefined'],
  ])('because of %s fails with the code %s', async (_, query, code) => {
    const answer = await graphql(query)
    expect(answer.errors[0].extensions.code).toBe(code)
    expect(answer.data).toBeUndefined()
  })

  test('because of its grammar fails', async () => {
    expect((await graphql('{ shop { id }')).errors[0].message).toMatch(/syntax error/)
  })

  test('because of wrong variables names each problem', async () => {
    const { source } = (await appDocuments()).find(({ name }) => name === 'CreateDiscountCode') ?? {
      source: '',
    }
    const answer = await graphql(source, {
      discount: { titel: 'x', usageLimit: 'one', context: { all: 'ALL', customers: { add: [] } } },
    })
    const { problems } = answer.errors[0].extensions
    expect(problems.map(({ path }: { path: string[] }) => path.join('.')).sort()).toEqual([
      'context',
      'titel',
      'usageLimit',
    ])
  })
})

test('every document of the app is valid, affordable, typed and within the declared scopes', async () => {
  const { problems, documents } = await checkShopifyOperations(await toml())
  expect(problems).toEqual([])
  expect(documents).toBeGreaterThanOrEqual(18)
})

/** Documents whose connections are not read page by page, each with the reason. */
const UNPAGED: Record<string, string> = {
  BulkOrders: 'a bulk operation writes all of it into its file',
  DiscountByCode: 'a discount of a reward has one code',
  DiscountsByIds: 'a discount of a reward has one code',
  CodesInForce: 'most discounts have one code, and each of ours has',
  DeactivateDiscountCode: 'a discount of a reward has one code',
  CreditsOfCustomer: 'one account in one currency, and no more credits than came since the mark',
}

test('R6: every connection that the app reads says whether there is more', async () => {
  const { schema } = await officialSchema()
  const silent: string[] = []
  let connections = 0
  for (const { name, source } of await appDocuments()) {
    const document = parse(source)
    const types = new TypeInfo(schema)
    const enter = (node: FieldNode) => {
      const type = getNamedType(types.getType())?.name ?? ''
      if (!type.endsWith('Connection')) {
        // A list of plain objects that is cut by "first" cannot say so.
        if (node.arguments?.some((one) => one.name.value === 'first'))
          silent.push(`${name}.${node.name.value}`)
        return
      }
      connections++
      const pageInfo = node.selectionSet?.selections.find(
        (one): one is FieldNode => one.kind === Kind.FIELD && one.name.value === 'pageInfo',
      )
      const asked = pageInfo?.selectionSet?.selections.map((one) => (one as FieldNode).name.value) ?? []
      if (asked.includes('hasNextPage') && asked.includes('endCursor')) return
      if (!(name in UNPAGED)) silent.push(`${name}.${node.name.value}`)
    }
    visit(document, visitWithTypeInfo(types, { Field: { enter } }))
  }
  expect(silent).toEqual([])
  expect(connections).toBeGreaterThan(20)
})

test('the check sees a missing scope, a needless one and a wrong version', async () => {
  const text = (await toml())
    .replace('read_orders,', '')
    .replace('read_customers', 'read_themes,read_customers')
    .replace(/api_version = "[^"]+"/, 'api_version = "2025-01"')
  const { problems } = await checkShopifyOperations(text)
  expect(problems.join('\n')).toMatch(/Order needs the scope read_orders/)
  expect(problems.join('\n')).toMatch(/nothing the app does needs the scope read_themes/)
  expect(problems.join('\n')).toMatch(/api_version is "2025-01"/)
})

test('requirements reach through fragments and nodes', async () => {
  const { schema, access } = await officialSchema()
  const document = parse(
    'query N($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { id } ... on Product { id } } }',
  )
  const names = requirementsOf(document, schema, accessTable(access)).map(({ coordinate }) => coordinate)
  expect(names.sort()).toEqual(['Customer', 'Product'])
})

test('the generated types are those of the documents', async () => {
  expect(await readFile(join(root, TYPES_FILE), 'utf8')).toBe(await generatedTypes())
}, 60_000)

test('a second fetch of the schemas has nothing to do', async () => {
  expect(await ensureShopifySchemas()).toBe(false)
})
