/** What every resolver gets. */
import type { AccessTable } from '../../scripts/shopify-access.ts'
import type { OfficialSchema } from '../../scripts/shopify-schema.ts'
import type { PracticeContext } from '../context.ts'
import type { Shop } from '../model.ts'
import type { Store } from '../store.ts'
import type { BulkOperation } from './bulk/operations.ts'

export type ApiContext = {
  practice: PracticeContext
  store: Store
  shop: Shop
  /** Scopes of the access token. */
  granted: ReadonlySet<string>
  access: AccessTable
  official: OfficialSchema
  /** Runs it behind the answer. */
  startBulk: (operation: BulkOperation) => void
  /** Connections give all they have. */
  bulk?: true
  /** Notes about searches, for `extensions.search`. */
  searchNotes: Record<string, unknown>[]
}

/** An object of the answer: values, or functions of the field's arguments. */
export type Presented = { __typename: string } & Record<string, unknown>
export type Resolve<Arguments = Record<string, never>> = (args: Arguments, context: ApiContext) => unknown
