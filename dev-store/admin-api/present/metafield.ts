/** Metafields and their definitions. */
import { createHash } from 'node:crypto'
import {
  APP_ID,
  gid,
  type Metafield,
  type MetafieldDefinition,
  type MetafieldOwner,
  resolveNamespace,
} from '../../model.ts'
import { connection, type PageArguments } from '../connection.ts'
import type { ApiContext, Presented } from '../context.ts'
import { presentNode } from './node.ts'

/** Shopify's names of owners; APP_INSTALLATION is API_PERMISSION there. */
export const OWNER_TYPES: Record<MetafieldOwner, string> = {
  CUSTOMER: 'CUSTOMER',
  ORDER: 'ORDER',
  PRODUCT: 'PRODUCT',
  SHOP: 'SHOP',
  COLLECTION: 'COLLECTION',
  APP_INSTALLATION: 'API_PERMISSION',
}

export const OWNER_GIDS: Record<MetafieldOwner, string> = {
  CUSTOMER: 'Customer',
  ORDER: 'Order',
  PRODUCT: 'Product',
  SHOP: 'Shop',
  COLLECTION: 'Collection',
  APP_INSTALLATION: 'AppInstallation',
}

/** Namespaces that belong to other apps are not shown. */
export function isVisibleNamespace(namespace: string): boolean {
  return !/^app--\d+/.test(namespace) || new RegExp(`^app--${APP_ID}(--|$)`).test(namespace)
}

/** The fields that everything with metafields has. */
export function metafieldFields(ownerType: MetafieldOwner, ownerId: number) {
  return {
    metafield: (args: { namespace?: string | null; key: string }, { store }: ApiContext) => {
      const namespace = resolveNamespace(args.namespace ?? '$app')
      if (!isVisibleNamespace(namespace)) return null
      const found = store.metafield(ownerType, ownerId, namespace, args.key)
      return found ? presentMetafield(found) : null
    },
    metafields: (
      args: PageArguments & { namespace?: string | null; keys?: string[] | null },
      { store }: ApiContext,
    ) => {
      const namespace = args.namespace ? resolveNamespace(args.namespace) : null
      const rows = store
        .metafieldsOf(ownerType, ownerId)
        .filter((row) => isVisibleNamespace(row.namespace) && (!namespace || row.namespace === namespace))
        .filter(
          (row) =>
            !args.keys || args.keys.includes(row.key) || args.keys.includes(`${row.namespace}.${row.key}`),
        )
      return connection(rows, args, presentMetafield)
    },
  }
}

/** Changes whenever the value does; what `compareDigest` is compared with. */
export function digestOf(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}

export function presentMetafield(row: Metafield): Presented {
  return {
    __typename: 'Metafield',
    id: gid('Metafield', row.id),
    legacyResourceId: String(row.id),
    namespace: row.namespace,
    key: row.key,
    type: row.type,
    value: row.value,
    jsonValue: () => jsonValue(row),
    compareDigest: digestOf(row.value),
    sizeInBytes: Buffer.byteLength(row.value),
    ownerType: OWNER_TYPES[row.ownerType],
    owner: (_: unknown, context: ApiContext) =>
      presentNode(gid(OWNER_GIDS[row.ownerType], row.ownerId), context),
    definition: (_: unknown, { store }: ApiContext) => {
      const found = store.metafieldDefinitions.find(
        (one) => one.ownerType === row.ownerType && one.namespace === row.namespace && one.key === row.key,
      )
      return found ? presentDefinition(found) : null
    },
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
}

function jsonValue(row: Metafield): unknown {
  const parsed = /^(json|number_integer|boolean|list\.|money|dimension|rating)/.test(row.type)
  return parsed ? JSON.parse(row.value) : row.value
}

export function presentDefinition(row: MetafieldDefinition): Presented {
  return {
    __typename: 'MetafieldDefinition',
    id: gid('MetafieldDefinition', row.id),
    name: row.name,
    namespace: row.namespace,
    key: row.key,
    description: row.description,
    ownerType: OWNER_TYPES[row.ownerType],
    type: { __typename: 'MetafieldDefinitionType', name: row.type, category: typeCategory(row.type) },
    access: {
      __typename: 'MetafieldAccess',
      admin: row.access.admin,
      storefront: row.access.storefront,
      customerAccount: row.access.customerAccount,
    },
    pinnedPosition: null,
    useAsCollectionCondition: false,
    validations: [],
    validationStatus: 'ALL_VALID',
    metafieldsCount: (_: unknown, { store }: ApiContext) =>
      store.metafields.filter(
        (one) => one.ownerType === row.ownerType && one.namespace === row.namespace && one.key === row.key,
      ).length,
  }
}

function typeCategory(type: string): string {
  if (/text/.test(type)) return 'TEXT'
  if (/^number/.test(type)) return 'NUMBER'
  if (/^date/.test(type)) return 'DATE_TIME'
  if (type === 'json') return 'JSON'
  return type === 'boolean' ? 'TRUE_FALSE' : type.toUpperCase()
}
