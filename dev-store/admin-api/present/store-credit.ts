/** Store credit accounts and what moved them. */
import { storeCreditTransaction, storeCreditTransactionsOf } from '../../deeds/store-credit-deeds.ts'
import { gid, type StoreCreditAccount, type StoreCreditTransaction } from '../../model.ts'
import type { Store } from '../../store.ts'
import { connection, type PageArguments } from '../connection.ts'
import type { ApiContext, Presented } from '../context.ts'
import { parseSearch, type SearchFields } from '../search.ts'
import { moneyV2 } from './money.ts'
import { presentNode } from './node.ts'
import { presentTransaction } from './order.ts'

export const STORE_CREDIT_ACCOUNT_SEARCH: SearchFields<StoreCreditAccount> = {
  id: (row) => row.id,
  currency_code: (row) => row.currency,
}

const TRANSACTION_SEARCH: SearchFields<StoreCreditTransaction> = {
  id: (row) => row.id,
  type: (row) => row.kind,
  expires_at: (row) => (row.kind === 'credit' ? row.expiresAt : null),
}

const TRANSACTION_SORT: Record<string, (row: StoreCreditTransaction) => string> = {
  CREATED_AT: (row) => row.createdAt,
  EXPIRES_AT: (row) => (row.kind === 'credit' && row.expiresAt) || '9999',
}

const TYPES: Record<StoreCreditTransaction['kind'], string> = {
  credit: 'StoreCreditAccountCreditTransaction',
  debit: 'StoreCreditAccountDebitTransaction',
  debit_revert: 'StoreCreditAccountDebitRevertTransaction',
  expiration: 'StoreCreditAccountExpirationTransaction',
}

/** Shopify ignores a type that there is not. */
const UNKNOWN_TYPE = /\btype:(?!(?:credit|debit|debit_revert|expiration)\b)\w+/g

type ListArguments = PageArguments & { query?: string | null; sortKey?: string | null }

export function presentStoreCreditAccount(row: StoreCreditAccount): Presented {
  return {
    __typename: 'StoreCreditAccount',
    id: gid('StoreCreditAccount', row.id),
    balance: moneyV2(row.balance, row.currency),
    owner: (_: unknown, context: ApiContext) => presentNode(gid('Customer', row.customerId), context),
    transactions: (args: ListArguments, { store }: ApiContext) => {
      const { matches } = parseSearch(args.query?.replace(UNKNOWN_TYPE, ''), TRANSACTION_SEARCH, () => '')
      const rows = storeCreditTransactionsOf(store, row.id).filter(matches)
      const sort = TRANSACTION_SORT[args.sortKey ?? 'CREATED_AT']
      return connection(rows, args, (one) => presentStoreCreditTransaction(one, store), sort)
    },
  }
}

export function presentStoreCreditTransaction(row: StoreCreditTransaction, store: Store): Presented {
  const account = store.storeCreditAccounts.get(row.accountId)
  if (!account) throw new Error(`Transaction ${row.id} belongs to no store credit account`)
  const { currency } = account
  return {
    __typename: TYPES[row.kind],
    id: gid(TYPES[row.kind], row.id),
    account: () => presentStoreCreditAccount(account),
    amount: moneyV2(row.amount, currency),
    balanceAfterTransaction: moneyV2(row.balanceAfter, currency),
    createdAt: row.createdAt,
    event: row.event,
    origin: () => originOf(row, store),
    ...(row.kind === 'credit' && {
      expiresAt: row.expiresAt,
      remainingAmount: moneyV2(row.remaining, currency),
    }),
    ...(row.kind === 'debit_revert' && { debitTransaction: () => other(row.debitId, store) }),
    ...(row.kind === 'expiration' && { creditTransaction: () => other(row.creditId, store) }),
  }
}

function other(id: number, store: Store): Presented | null {
  const found = storeCreditTransaction(store, id)
  return found ? presentStoreCreditTransaction(found, store) : null
}

/** The payment or refund of the order; null for what nobody's order caused. */
function originOf({ orderTransactionId }: StoreCreditTransaction, store: Store): Presented | null {
  if (orderTransactionId === null) return null
  for (const order of store.orders.values()) {
    const found = order.transactions.find((one) => one.id === orderTransactionId)
    if (found) return presentTransaction(order, found)
  }
  return null
}
