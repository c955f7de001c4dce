/**
 * Checks the app's GraphQL documents against Shopify's official schema:
 * valid, typed by their own types, no deprecated fields, affordable, and asking for exactly the scopes that
 * `shopify.app.toml` declares. Run by `npm test`; prints what is wrong and exits 1.
 */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  type DocumentNode,
  type GraphQLEnumType,
  type GraphQLSchema,
  Kind,
  NoDeprecatedCustomRule,
  parse,
  validate,
} from 'graphql'
import { requestedCost, SINGLE_QUERY_LIMIT } from '../dev-store/admin-api/cost.ts'
import { accessTable, isGranted, type Requirement, requirementsOf } from './shopify-access.ts'
import { officialSchema, SCHEMA_VERSION } from './shopify-schema.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const documentsFolder = join(root, 'app/shopify/graphql')

/** Scopes that no field of the schema asks for, each with the reason why the app needs it. */
const OTHER_SCOPES: Record<string, string> = {
  read_all_orders: 'orders older than 60 days (backtest, reconciliation)',
  read_customer_merge: 'the webhook customers/merge',
  write_customers:
    'metafieldsSet and metafieldDefinitionCreate on customers: asked for by the owner, at run time',
}

/** Values that stand for the largest page the app asks for, to compute what a document costs at most. */
const LARGEST_PAGE: Record<string, number> = { OrdersChanged: 50 }

export type AppDocument = { name: string; exportName: string; file: string; source: string }

/** Every exported document of `app/shopify/graphql`, with its fragments put in. */
export async function appDocuments(): Promise<AppDocument[]> {
  const found: AppDocument[] = []
  for (const file of (await readdir(documentsFolder)).filter((name) => name.endsWith('.ts')).sort()) {
    const exports = (await import(pathToFileURL(join(documentsFolder, file)).href)) as Record<string, unknown>
    for (const [exportName, source] of Object.entries(exports)) {
      if (typeof source !== 'string' || !/\b(query|mutation)\b/.test(source)) continue
      found.push({ name: operationName(parse(source)), exportName, file, source })
    }
  }
  return found
}

function operationName(document: DocumentNode): string {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  return operations.length === 1 ? (operations[0]?.name?.value ?? '') : ''
}

/** Everything that is wrong, as sentences; and the scopes that the documents and topics need. */
export async function checkShopifyOperations(
  tomlText: string,
): Promise<{ problems: string[]; needed: Requirement[]; documents: number }> {
  const { schema, access } = await officialSchema()
  const table = accessTable(access)
  const problems: string[] = []
  const needed = new Map<string, Requirement>()
  const documents = await appDocuments()
  for (const document of documents) {
    problems.push(...(await documentProblems(document, schema)))
    for (const requirement of requirementsOf(parse(document.source), schema, table))
      needed.set(requirement.coordinate, requirement)
  }
  for (const topic of webhookTopics(tomlText)) {
    const requirement = topicRequirement(topic, schema)
    if (requirement) needed.set(requirement.coordinate, requirement)
  }
  problems.push(...scopeProblems(tomlText, [...needed.values()]))
  problems.push(...(await versionProblems(tomlText)))
  return { problems, needed: [...needed.values()], documents: documents.length }
}

async function documentProblems(document: AppDocument, schema: GraphQLSchema): Promise<string[]> {
  const { exportName, file, name, source } = document
  const where = `app/shopify/graphql/${file}: ${exportName}`
  const problems: string[] = []
  const parsed = parse(source)
  if (name !== exportName) problems.push(`${where} holds the operation "${name}"; both must have one name.`)
  for (const error of [...validate(schema, parsed), ...validate(schema, parsed, [NoDeprecatedCustomRule])])
    problems.push(`${where}: ${error.message}`)
  if (problems.length > 0) return problems
  const text = await readFile(join(documentsFolder, file), 'utf8')
  const suffix = /^\s*mutation\b/.test(source) ? 'Mutation' : 'Query'
  const typed = new RegExp(
    `${exportName} = graphql<\\s*${exportName}${suffix},\\s*${exportName}${suffix}Variables\\s*>`,
  )
  if (!typed.test(text)) problems.push(`${where} is not typed by ${exportName}${suffix} and its variables.`)
  const first = LARGEST_PAGE[exportName] ?? 250
  const cost = requestedCost(schema, parsed, { first })
  if (cost > SINGLE_QUERY_LIMIT)
    problems.push(
      `${where} costs ${cost} points with first: ${first}; Shopify refuses more than ${SINGLE_QUERY_LIMIT}.`,
    )
  return problems
}

function webhookTopics(toml: string): string[] {
  const lists = toml.matchAll(/^\s*topics\s*=\s*\[([^\]]*)\]/gm)
  return [...lists].flatMap(([, list]) =>
    [...(list ?? '').matchAll(/"([^"]+)"/g)].map(([, topic]) => topic ?? ''),
  )
}

/** The schema says in a topic's description which scopes it needs: any of them. */
function topicRequirement(topic: string, schema: GraphQLSchema): Requirement | null {
  const topics = schema.getType('WebhookSubscriptionTopic') as GraphQLEnumType
  const text = topics.getValue(topic.toUpperCase().replace('/', '_'))?.description ?? ''
  const anyOf = /Requires[^.]*scopes?[^.]*\./.exec(text)?.[0].match(/\b(?:read|write)_\w+/g)
  return anyOf ? { coordinate: `webhook ${topic}`, anyOf, text } : null
}

function scopeProblems(toml: string, needed: Requirement[]): string[] {
  const declared = new Set(
    (/^\s*scopes\s*=\s*"([^"]*)"/m.exec(toml)?.[1] ?? '').split(',').map((s) => s.trim()),
  )
  const problems: string[] = []
  for (const requirement of needed)
    if (!isGranted(requirement, declared))
      problems.push(
        `shopify.app.toml: ${requirement.coordinate} needs the scope ${requirement.anyOf.join(' or ')}.`,
      )
  for (const [scope, reason] of Object.entries(OTHER_SCOPES))
    if (!declared.has(scope)) problems.push(`shopify.app.toml: the scope ${scope} is missing: ${reason}.`)
  for (const scope of declared) {
    const used = scope in OTHER_SCOPES || needed.some((requirement) => requirement.anyOf.includes(scope))
    if (!used) problems.push(`shopify.app.toml: nothing the app does needs the scope ${scope}.`)
  }
  return problems
}

async function versionProblems(toml: string): Promise<string[]> {
  const { API_VERSION } = await import('../app/shopify/graphql/api-version.ts')
  const declared = /^\s*api_version\s*=\s*"([^"]*)"/m.exec(toml)?.[1]
  const problems: string[] = []
  if (declared !== API_VERSION)
    problems.push(`shopify.app.toml: api_version is "${declared}", the app speaks ${API_VERSION}.`)
  if (SCHEMA_VERSION !== API_VERSION)
    problems.push(`The app speaks ${API_VERSION}, the fetched schema is ${SCHEMA_VERSION}.`)
  return problems
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const toml = await readFile(join(root, 'shopify.app.toml'), 'utf8')
  const { problems, needed, documents } = await checkShopifyOperations(toml)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exit(1)
  const scopes = new Set(needed.map(({ anyOf }) => anyOf[0]))
  console.log(
    `${documents} GraphQL documents agree with Shopify's schema ${SCHEMA_VERSION}; scopes: ${[...scopes].sort().join(', ')}.`,
  )
}
