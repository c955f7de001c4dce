/** What happens to store credit: given, spent, given back, ended. Shopify sends no webhook about any of it. */
import { CommerceError } from '../commerce/errors.ts'
import {
  assertCreditable,
  assertPositive,
  assertWithinLimit,
  dueExpirations,
  giveBack,
  spend,
} from '../commerce/store-credit.ts'
import type {
  Cents,
  IsoTime,
  StoreCredit,
  StoreCreditAccount,
  StoreCreditEvent,
  StoreCreditTransaction,
} from '../model.ts'
import type { Store } from '../store.ts'

/** The currencies in which the practice shop sells beside its own. */
const SOLD_IN = ['EUR', 'CHF']

/** An account by its own id, or the one that a customer has in the currency that is moved. */
export type CreditHolder = { accountId: number } | { customerId: number }
export type CreditMoney = { amount: Cents; currency: string }
type Cause = { event?: StoreCreditEvent; orderTransactionId?: number | null }

/** Every account with its balance of now. */
export function storeCreditAccount(store: Store, id: number): StoreCreditAccount | undefined {
  endCredits(store)
  return store.storeCreditAccounts.get(id)
}

export function storeCreditAccountsOf(store: Store, customerId: number): StoreCreditAccount[] {
  endCredits(store)
  return store.storeCreditAccounts.filter((one) => one.customerId === customerId)
}

/** The newest last. */
export function storeCreditTransactionsOf(store: Store, accountId: number): StoreCreditTransaction[] {
  endCredits(store)
  return store.storeCreditTransactions.filter((one) => one.accountId === accountId)
}

export function storeCreditTransaction(store: Store, id: number): StoreCreditTransaction | undefined {
  endCredits(store)
  return store.storeCreditTransactions.get(id)
}

/**
 * Books what has ended until now, dated when it ended. Whoever looks at store credit or moves it comes through
 * here first, so nobody ever sees credit after its end.
 */
function endCredits(store: Store): void {
  for (const credit of dueExpirations(store.storeCreditTransactions.values(), store.time())) {
    store.storeCreditTransactions.put({ ...credit, expired: credit.remaining })
    // What came back to a credit after its end, ends when it came.
    const last = lastMovement(store, credit.accountId)
    book(store, credit.accountId, {
      kind: 'expiration',
      creditId: credit.id,
      amount: credit.expired - credit.remaining,
      createdAt: credit.expiresAt !== null && credit.expiresAt > last ? credit.expiresAt : last,
    })
  }
}

function lastMovement(store: Store, accountId: number): IsoTime {
  let last = ''
  for (const one of store.storeCreditTransactions.values())
    if (one.accountId === accountId && one.createdAt > last) last = one.createdAt
  return last
}

export type CreditRequest = CreditMoney & { expiresAt: IsoTime | null; notify: boolean }

/**
 * Makes the customer's account for the currency when there is none. Two equal requests are two credits.
 * @throws {CommerceError} `no-store-credit-account`, `unknown-customer`, `expiry-in-past`, `amount-not-positive`,
 *   `other-currency`, `unsupported-currency`, `credit-limit`
 */
export function creditStoreCredit(
  store: Store,
  holder: CreditHolder,
  request: CreditRequest,
  cause: Cause = {},
): StoreCredit<'credit'> {
  const { amount, currency, expiresAt, notify } = request
  const account = accountOf(store, holder, currency)
  if (!account && !('customerId' in holder && store.customer(holder.customerId)))
    throw new CommerceError('unknown-customer', 'There is no such customer')
  assertCreditable(amount, expiresAt, store.time())
  if (account) assertCurrency(account, currency)
  else if (currency !== store.shop.currency && !SOLD_IN.includes(currency))
    throw new CommerceError('unsupported-currency', `The shop does not sell in ${currency}`)
  assertWithinLimit(account?.balance ?? 0, amount)
  const { id } = account ?? openAccount(store, holder, currency)
  return book(store, id, {
    ...cause,
    kind: 'credit',
    amount,
    expiresAt,
    remaining: amount,
    expired: 0,
    notified: notify,
  })
}

/**
 * @throws {CommerceError} `no-store-credit-account`, `amount-not-positive`, `other-currency`, `insufficient-funds`
 */
export function debitStoreCredit(
  store: Store,
  holder: CreditHolder,
  { amount, currency }: CreditMoney,
  cause: Cause = {},
): StoreCredit<'debit'> {
  const account = accountOf(store, holder, currency)
  if (!account) throw new CommerceError('no-store-credit-account', `There is no account in ${currency}`)
  assertPositive(amount)
  assertCurrency(account, currency)
  const parts = spend(storeCreditTransactionsOf(store, account.id), amount, store.time())
  for (const part of parts) changeRemaining(store, part.creditId, -part.amount)
  return book(store, account.id, {
    ...cause,
    kind: 'debit',
    amount: -amount,
    spent: parts.map((part) => ({ ...part, returned: 0 })),
  })
}

/** Gives money of a debit back to the credits that it came from: they end when they would have ended. */
export function revertStoreCredit(
  store: Store,
  debit: StoreCredit<'debit'>,
  amount: Cents,
  cause: Cause,
): StoreCredit<'debit_revert'> {
  endCredits(store)
  const parts = giveBack(debit, amount)
  const back = new Map(parts.map((part) => [part.creditId, part.amount]))
  const spent = debit.spent.map((one) => ({ ...one, returned: one.returned + (back.get(one.creditId) ?? 0) }))
  store.storeCreditTransactions.put({ ...debit, spent })
  for (const part of parts) changeRemaining(store, part.creditId, part.amount)
  return book(store, debit.accountId, { ...cause, kind: 'debit_revert', debitId: debit.id, amount })
}

/** @throws {CommerceError} `no-store-credit-account` for an account's id that is none */
function accountOf(store: Store, holder: CreditHolder, currency: string): StoreCreditAccount | undefined {
  if ('customerId' in holder)
    return storeCreditAccountsOf(store, store.customer(holder.customerId)?.id ?? 0).find(
      (one) => one.currency === currency,
    )
  const account = storeCreditAccount(store, holder.accountId)
  if (!account) throw new CommerceError('no-store-credit-account', `There is no account ${holder.accountId}`)
  return account
}

function assertCurrency(account: StoreCreditAccount, currency: string): void {
  if (account.currency !== currency)
    throw new CommerceError('other-currency', `Account ${account.id} is in ${account.currency}`)
}

function openAccount(store: Store, holder: CreditHolder, currency: string): StoreCreditAccount {
  const customer = 'customerId' in holder ? store.customer(holder.customerId) : undefined
  if (!customer) throw new CommerceError('unknown-customer', 'There is no such customer')
  return store.storeCreditAccounts.put({
    id: store.nextId('StoreCreditAccount'),
    customerId: customer.id,
    currency,
    balance: 0,
    createdAt: store.time(),
  })
}

function changeRemaining(store: Store, creditId: number, by: Cents): void {
  const credit = store.storeCreditTransactions.get(creditId)
  if (credit?.kind !== 'credit') throw new Error(`There is no credit ${creditId}`)
  store.storeCreditTransactions.put({ ...credit, remaining: credit.remaining + by })
}

type Booking<Kind extends StoreCreditTransaction['kind']> = { kind: Kind } & Omit<
  StoreCredit<Kind>,
  'kind' | 'id' | 'accountId' | 'balanceAfter' | 'event' | 'createdAt' | 'orderTransactionId'
> &
  Cause & { createdAt?: IsoTime }

/** The balance changes nowhere else. */
function book<Kind extends StoreCreditTransaction['kind']>(
  store: Store,
  accountId: number,
  booking: Booking<Kind>,
): StoreCredit<Kind> {
  const account = store.storeCreditAccounts.get(accountId)
  if (!account) throw new Error(`There is no store credit account ${accountId}`)
  const balance = account.balance + booking.amount
  store.storeCreditAccounts.put({ ...account, balance })
  const row = {
    event: 'ADJUSTMENT',
    createdAt: store.time(),
    orderTransactionId: null,
    ...booking,
    id: store.nextId('StoreCreditTransaction'),
    accountId,
    balanceAfter: balance,
  } as StoreCredit<Kind>
  store.storeCreditTransactions.put(row as StoreCreditTransaction)
  return row
}
