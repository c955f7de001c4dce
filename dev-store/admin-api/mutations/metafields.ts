/** Metafields and their definitions: written by the app, in its own namespace or a common one. */
import {
  idOf,
  type Metafield,
  type MetafieldDefinition,
  type MetafieldOwner,
  resolveNamespace,
} from '../../model.ts'
import type { ApiContext } from '../context.ts'
import { accessDenied } from '../errors.ts'
import {
  digestOf,
  isVisibleNamespace,
  OWNER_GIDS,
  OWNER_TYPES,
  presentDefinition,
  presentMetafield,
} from '../present/metafield.ts'
import { presentNode } from '../present/node.ts'
import { findDefinition } from '../query.ts'

type SetInput = {
  ownerId: string
  namespace?: string | null
  key: string
  type?: string | null
  value: string
  compareDigest?: string | null
}

type SetError = { field: string[]; message: string; code: string; elementIndex: number | null }

const WRITE_SCOPES: Partial<Record<MetafieldOwner, string>> = {
  CUSTOMER: 'write_customers',
  ORDER: 'write_orders',
  PRODUCT: 'write_products',
  COLLECTION: 'write_products',
}

function ownerOf(ownerId: string): MetafieldOwner | undefined {
  const type = /^gid:\/\/shopify\/(\w+)\//.exec(ownerId)?.[1]
  return Object.entries(OWNER_GIDS).find(([, name]) => name === type)?.[0] as MetafieldOwner | undefined
}

/** All or none: one error and nothing is written. */
function set({ metafields }: { metafields: SetInput[] }, context: ApiContext) {
  if (metafields.length > 25)
    return {
      metafields: null,
      userErrors: [
        {
          field: ['metafields'],
          message: 'Exceeded the maximum metafields input limit of 25.',
          code: 'LESS_THAN_OR_EQUAL_TO',
          elementIndex: null,
        },
      ],
    }
  const userErrors = metafields.flatMap((input, index) => setProblems(input, index, context))
  if (userErrors.length > 0) return { metafields: [], userErrors }
  return { metafields: metafields.map((input) => presentMetafield(write(input, context))), userErrors: [] }
}

function setProblems(input: SetInput, index: number, context: ApiContext): SetError[] {
  const fail = (field: string, message: string, code: string): SetError => ({
    field: ['metafields', String(index), field],
    message,
    code,
    elementIndex: null,
  })
  const owner = ownerOf(input.ownerId)
  if (!owner || presentNode(input.ownerId, context) === null)
    return [fail('ownerId', 'Owner does not exist.', 'INVALID')]
  const namespace = resolveNamespace(input.namespace ?? '$app')
  const scope = WRITE_SCOPES[owner]
  if (!isVisibleNamespace(namespace) || (scope && !context.granted.has(scope)))
    return [
      fail(
        'namespace',
        'Access to this namespace and key on Metafields for this resource type is not allowed.',
        'APP_NOT_AUTHORIZED',
      ),
    ]
  const definition = findDefinition({ ownerType: OWNER_TYPES[owner], namespace, key: input.key }, context)
  const known = context.store.metafield(owner, idOf(input.ownerId), namespace, input.key)
  const type = input.type ?? definition?.type ?? known?.type
  if (!input.key.trim()) return [fail('key', "Key can't be blank", 'BLANK')]
  if (!type) return [fail('type', "Type can't be blank", 'BLANK')]
  if (definition && type !== definition.type)
    return [
      fail(
        'type',
        `Type '${type}' must be consistent with the definition's type: '${definition.type}'.`,
        'INVALID_TYPE',
      ),
    ]
  if (input.value === '') return [fail('value', "Value can't be blank", 'BLANK')]
  const wrong = valueProblem(type, input.value)
  if (wrong) return [fail('value', wrong, 'INVALID_VALUE')]
  if (input.compareDigest !== undefined && input.compareDigest !== (known ? digestOf(known.value) : null))
    return [
      fail(
        'compareDigest',
        'The resource has been updated since it was loaded. Try again with an updated `compareDigest` value.',
        'STALE_OBJECT',
      ),
    ]
  return []
}

function valueProblem(type: string, value: string): string | null {
  if (type === 'number_integer') return /^-?\d+$/.test(value) ? null : 'Value must be an integer.'
  if (type === 'boolean') return /^(true|false)$/.test(value) ? null : 'Value must be true or false.'
  if (type !== 'json' && !type.startsWith('list.')) return null
  try {
    JSON.parse(value)
    return null
  } catch {
    return `Value is invalid JSON: unexpected token at '${value.slice(0, 40)}'.`
  }
}

function write(input: SetInput, { store }: ApiContext): Metafield {
  const ownerType = ownerOf(input.ownerId) as MetafieldOwner
  // A merged customer's old id leads to the one that was kept.
  const ownerId =
    ownerType === 'CUSTOMER' ? (store.customer(idOf(input.ownerId))?.id ?? 0) : idOf(input.ownerId)
  const namespace = resolveNamespace(input.namespace ?? '$app')
  const known = store.metafield(ownerType, ownerId, namespace, input.key)
  const definition = store.metafieldDefinitions.find(
    (row) => row.ownerType === ownerType && row.namespace === namespace && row.key === input.key,
  )
  const now = store.time()
  return store.metafields.put({
    id: known?.id ?? store.nextId('Metafield'),
    ownerType,
    ownerId,
    namespace,
    key: input.key,
    type: input.type ?? definition?.type ?? known?.type ?? 'single_line_text_field',
    value: input.value,
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  })
}

type DeleteInput = { ownerId: string; namespace: string; key: string }

function remove({ metafields }: { metafields: DeleteInput[] }, { store }: ApiContext) {
  const deleted = metafields.map(({ ownerId, namespace, key }) => {
    const owner = ownerOf(ownerId)
    const known = owner && store.metafield(owner, idOf(ownerId), namespace, key)
    if (!known) return null
    store.metafields.delete(`${known.ownerType}/${known.ownerId}/${known.namespace}/${known.key}`)
    return { ownerId, namespace: known.namespace, key }
  })
  return { deletedMetafields: deleted, userErrors: [] }
}

type DefinitionInput = {
  ownerType: string
  namespace?: string | null
  key: string
  name: string
  description?: string | null
  type: string
  access?: { admin?: string | null; storefront?: string | null; customerAccount?: string | null } | null
}

const NAMESPACE_ACCESS =
  'API client to have access to the namespace and the resource type associated with the metafield definition.\n'

/** Shopify speaks of owners in words: "Customer metafields". */
const ownerWord = (owner: MetafieldOwner) => OWNER_GIDS[owner]

function define({ definition: input }: { definition: DefinitionInput }, context: ApiContext) {
  const { store } = context
  const namespace = resolveNamespace(input.namespace ?? '$app')
  const owner = Object.entries(OWNER_TYPES).find(([, name]) => name === input.ownerType)?.[0] as
    | MetafieldOwner
    | undefined
  const scope = owner && WRITE_SCOPES[owner]
  if (!owner || !isVisibleNamespace(namespace) || (scope && !context.granted.has(scope)))
    throw accessDenied('metafieldDefinitionCreate', NAMESPACE_ACCESS)
  const fail = (field: string[], message: string, code: string) => ({
    createdDefinition: null,
    userErrors: [{ field: ['definition', ...field], message, code, elementIndex: null, elementKey: null }],
  })
  if (!input.name.trim()) return fail(['name'], "Name can't be blank", 'BLANK')
  if (input.key.length < 2) return fail(['key'], 'Key is too short (minimum is 2 characters)', 'TOO_SHORT')
  if (findDefinition({ ownerType: input.ownerType, namespace, key: input.key }, context))
    return fail(
      ['key'],
      `Key is in use for ${ownerWord(owner)} metafields on the '${namespace}' namespace.`,
      'TAKEN',
    )
  const row = store.metafieldDefinitions.put({
    id: store.nextId('MetafieldDefinition'),
    ownerType: owner,
    namespace,
    key: input.key,
    name: input.name,
    description: input.description ?? null,
    type: input.type,
    access: {
      admin: input.access?.admin ?? null,
      storefront: input.access?.storefront ?? 'NONE',
      customerAccount: input.access?.customerAccount ?? 'NONE',
    },
  })
  return { createdDefinition: presentDefinition(row), userErrors: [] }
}

function redefine(
  { definition: input }: { definition: Partial<DefinitionInput> & { ownerType: string; key: string } },
  context: ApiContext,
) {
  if (!isVisibleNamespace(resolveNamespace(input.namespace ?? '$app')))
    throw accessDenied('metafieldDefinitionUpdate', NAMESPACE_ACCESS)
  const known = findDefinition({ ...input, namespace: input.namespace ?? '$app' }, context)
  if (!known)
    return {
      updatedDefinition: null,
      validationJob: null,
      userErrors: [
        { field: ['definition'], message: 'Definition not found.', code: 'NOT_FOUND', elementIndex: null },
      ],
    }
  const row: MetafieldDefinition = {
    ...known,
    name: input.name ?? known.name,
    description: input.description === undefined ? known.description : input.description,
    access: {
      admin: input.access?.admin ?? known.access.admin,
      storefront: input.access?.storefront ?? known.access.storefront,
      customerAccount: input.access?.customerAccount ?? known.access.customerAccount,
    },
  }
  context.store.metafieldDefinitions.put(row)
  return { updatedDefinition: presentDefinition(row), validationJob: null, userErrors: [] }
}

type UndefineArguments = {
  id?: string | null
  identifier?: { ownerType: string; namespace?: string | null; key: string } | null
  deleteAllAssociatedMetafields: boolean
}

function undefine(args: UndefineArguments, context: ApiContext) {
  const { store } = context
  const known = args.identifier
    ? findDefinition(args.identifier, context)
    : store.metafieldDefinitions.get(idOf(args.id ?? '0'))
  if (!known)
    return {
      deletedDefinition: null,
      deletedDefinitionId: null,
      userErrors: [{ field: ['id'], message: 'Definition not found.', code: 'NOT_FOUND' }],
    }
  store.metafieldDefinitions.delete(known.id)
  if (args.deleteAllAssociatedMetafields)
    for (const row of store.metafields.filter(
      (one) =>
        one.ownerType === known.ownerType && one.namespace === known.namespace && one.key === known.key,
    ))
      store.metafields.delete(`${row.ownerType}/${row.ownerId}/${row.namespace}/${row.key}`)
  return {
    deletedDefinition: {
      namespace: known.namespace,
      key: known.key,
      ownerType: OWNER_TYPES[known.ownerType],
    },
    deletedDefinitionId: `gid://shopify/MetafieldDefinition/${known.id}`,
    userErrors: [],
  }
}

export const metafieldMutations = {
  metafieldsSet: set,
  metafieldsDelete: remove,
  metafieldDefinitionCreate: define,
  metafieldDefinitionUpdate: redefine,
  metafieldDefinitionDelete: undefine,
}
