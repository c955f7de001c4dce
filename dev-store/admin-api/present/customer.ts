/** Customers and segments. */
import { payments } from '../../commerce/order-state.ts'
import { hasStoreCredit } from '../../deeds/customer-deeds.ts'
import { storeCreditAccountsOf } from '../../deeds/store-credit-deeds.ts'
import { type Customer, gid, type Segment } from '../../model.ts'
import { connection, type PageArguments } from '../connection.ts'
import type { ApiContext, Presented } from '../context.ts'
import { parseSearch, type SearchFields } from '../search.ts'
import { metafieldFields } from './metafield.ts'
import { moneyV2 } from './money.ts'
import { isOrderVisible } from './node.ts'
import { ORDER_SEARCH, ORDER_SORT, orderText, presentOrder } from './order.ts'
import { presentStoreCreditAccount, STORE_CREDIT_ACCOUNT_SEARCH } from './store-credit.ts'

export const customerName = (row: Customer) => `${row.firstName} ${row.lastName}`.trim() || row.email

export const CUSTOMER_SEARCH: SearchFields<Customer> = {
  id: (row) => row.id,
  first_name: (row) => row.firstName,
  last_name: (row) => row.lastName,
  email: (row) => row.email,
  phone: (row) => row.phone,
  tag: (row) => row.tags,
  accepts_marketing: (row) => row.acceptsMarketing,
  created_at: (row) => row.createdAt,
  customer_date: (row) => row.createdAt,
  updated_at: (row) => row.updatedAt,
}

export const customerText = (row: Customer) => `${customerName(row)} ${row.email} ${row.phone ?? ''}`

export function presentCustomer(row: Customer): Presented {
  const orders = (context: ApiContext) => context.store.ordersOf(row.id)
  return {
    __typename: 'Customer',
    id: gid('Customer', row.id),
    legacyResourceId: String(row.id),
    firstName: row.firstName || null,
    lastName: row.lastName || null,
    displayName: customerName(row),
    email: row.email,
    phone: row.phone,
    defaultEmailAddress: {
      __typename: 'CustomerEmailAddress',
      emailAddress: row.email,
      marketingState: row.acceptsMarketing ? 'SUBSCRIBED' : 'NOT_SUBSCRIBED',
      marketingOptInLevel: row.acceptsMarketing ? 'CONFIRMED_OPT_IN' : null,
      validFormat: true,
    },
    defaultPhoneNumber: row.phone ? { __typename: 'CustomerPhoneNumber', phoneNumber: row.phone } : null,
    locale: row.locale,
    tags: row.tags,
    note: row.note,
    state: 'ENABLED',
    verifiedEmail: true,
    taxExempt: false,
    taxExemptions: [],
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    numberOfOrders: (_: unknown, context: ApiContext) => String(orders(context).length),
    amountSpent: (_: unknown, context: ApiContext) => {
      const spent = orders(context).reduce((sum, order) => {
        const { received, refunded } = payments(order)
        return sum + received - refunded
      }, 0)
      return moneyV2(spent, context.shop.currency)
    },
    lastOrder: (_: unknown, context: ApiContext) => {
      const last = orders(context).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0]
      return last ? presentOrder(last) : null
    },
    orders: (
      args: PageArguments & { query?: string | null; sortKey?: string | null },
      context: ApiContext,
    ) => {
      const { matches } = parseSearch(args.query, ORDER_SEARCH, orderText)
      const rows = orders(context).filter((order) => isOrderVisible(order, context) && matches(order))
      return connection(rows, args, presentOrder, ORDER_SORT[args.sortKey ?? 'ID'])
    },
    mergeable: (_: unknown, { store }: ApiContext) => {
      const errorFields = hasStoreCredit(store, row.id) ? ['STORE_CREDIT'] : []
      return { __typename: 'CustomerMergeable', isMergeable: errorFields.length === 0, errorFields }
    },
    storeCreditAccounts: (args: PageArguments & { query?: string | null }, { store }: ApiContext) => {
      const { matches } = parseSearch(args.query, STORE_CREDIT_ACCOUNT_SEARCH, (one) => one.currency)
      return connection(storeCreditAccountsOf(store, row.id).filter(matches), args, presentStoreCreditAccount)
    },
    ...metafieldFields('CUSTOMER', row.id),
  }
}

export function presentSegment(row: Segment): Presented {
  return {
    __typename: 'Segment',
    id: gid('Segment', row.id),
    name: row.name,
    query: row.query,
    creationDate: row.createdAt,
    lastEditDate: row.updatedAt,
  }
}
