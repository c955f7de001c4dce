/** Store credit as Shopify keeps it: accounts, credits that end, debits that spend the soonest ending first. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { spend } from '../../dev-store/commerce/store-credit.ts'
import {
  creditStoreCredit,
  debitStoreCredit,
  revertStoreCredit,
  storeCreditAccountsOf,
  storeCreditTransactionsOf,
} from '../../dev-store/deeds/store-credit-deeds.ts'
import { isoTime, type StoreCreditTransaction } from '../../dev-store/model.ts'
import { Store } from '../../dev-store/store.ts'
import { ALL_SCOPES, type Answer, type Harness, NOW, openHarness } from './admin-harness.ts'

const STORE_CREDIT_SCOPES = [
  'read_store_credit_accounts',
  'read_store_credit_account_transactions',
  'write_store_credit_account_transactions',
]
const DAY = 24 * 3_600_000
const PATH = '/admin/api/2026-10/graphql.json'

const CREDIT = `mutation Credit($id: ID!, $creditInput: StoreCreditAccountCreditInput!) {
  storeCreditAccountCredit(id: $id, creditInput: $creditInput) {
    storeCreditAccountTransaction {
      id event createdAt expiresAt origin { __typename } amount { amount currencyCode }
      balanceAfterTransaction { amount } remainingAmount { amount }
      account { id balance { amount currencyCode } owner { ... on Customer { id } } }
    }
    userErrors { field message code }
  }
}`
const DEBIT = `mutation Debit($id: ID!, $debitInput: StoreCreditAccountDebitInput!) {
  storeCreditAccountDebit(id: $id, debitInput: $debitInput) {
    storeCreditAccountTransaction { id event amount { amount } balanceAfterTransaction { amount } }
    userErrors { field message code }
  }
}`
const HISTORY = `query History($id: ID!, $first: Int, $after: String, $last: Int, $query: String, $reverse: Boolean,
  $sortKey: TransactionSortKeys) {
  storeCreditAccount(id: $id) {
    balance { amount }
    transactions(first: $first, after: $after, last: $last, query: $query, reverse: $reverse, sortKey: $sortKey) {
      nodes {
        __typename amount { amount } balanceAfterTransaction { amount } createdAt event
        ... on StoreCreditAccountCreditTransaction { id expiresAt remainingAmount { amount } }
        ... on StoreCreditAccountDebitTransaction { id }
        ... on StoreCreditAccountExpirationTransaction { creditTransaction { id remainingAmount { amount } } }
        ... on StoreCreditAccountDebitRevertTransaction { id debitTransaction { id } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`

const shop = (scopes: string[] = []) =>
  openHarness({ scopes: [...ALL_SCOPES, ...STORE_CREDIT_SCOPES, ...scopes] })

let harness: Harness
let customer: string
beforeEach(() => {
  harness = shop()
  customer = `gid://shopify/Customer/${harness.store.customers.all()[0]?.id}`
})

const money = (amount: string, currencyCode = 'EUR') => ({ amount, currencyCode })
const at = (milliseconds: number) => isoTime(NOW + milliseconds)

async function credit(amount: string, more: object = {}, id = customer, currency = 'EUR'): Promise<Answer> {
  const answer = await harness.graphql(CREDIT, {
    id,
    creditInput: { creditAmount: money(amount, currency), ...more },
  })
  return answer.data.storeCreditAccountCredit
}

async function debit(amount: string, id = customer, currency = 'EUR'): Promise<Answer> {
  const answer = await harness.graphql(DEBIT, { id, debitInput: { debitAmount: money(amount, currency) } })
  return answer.data.storeCreditAccountDebit
}

const history = async (id: string, variables: object = { first: 50 }): Promise<Answer> =>
  (await harness.graphql(HISTORY, { id, ...variables })).data.storeCreditAccount
const shortly = (row: Answer) => [
  row.__typename.replace(/^StoreCreditAccount|Transaction$/g, ''),
  row.amount.amount,
  row.balanceAfterTransaction.amount,
]

describe('credit', () => {
  it('opens an account per customer and currency and says what it did', async () => {
    const { storeCreditAccountTransaction: given, userErrors } = await credit('12.50', { expiresAt: at(DAY) })
    expect(userErrors).toEqual([])
    expect(given).toMatchObject({
      event: 'ADJUSTMENT',
      origin: null,
      createdAt: at(0),
      expiresAt: at(DAY),
      amount: money('12.5'),
      balanceAfterTransaction: { amount: '12.5' },
      remainingAmount: { amount: '12.5' },
      account: { balance: money('12.5'), owner: { id: customer } },
    })
    const again = (await credit('2', {}, given.account.id)).storeCreditAccountTransaction
    expect(again.account).toEqual({ ...given.account, balance: money('14.5') })
    const franc = (await credit('3', {}, customer, 'CHF')).storeCreditAccountTransaction
    expect(franc.account.id).not.toBe(given.account.id)
    const other = `gid://shopify/Customer/${harness.store.customers.all()[1]?.id}`
    const third = (await credit('1', {}, other)).storeCreditAccountTransaction
    const numbers = [given, again, franc, third].map(({ id }) => Number(id.split('/').at(-1)))
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))

    const read = await harness.graphql(
      `query Accounts($id: ID!) { customer(id: $id) {
        all: storeCreditAccounts(first: 1) { nodes { id } pageInfo { hasNextPage endCursor } }
        francs: storeCreditAccounts(first: 5, query: "currency_code:CHF") { nodes { id balance { amount } } }
      } }`,
      { id: customer },
    )
    expect(read.data.customer.all.nodes).toEqual([{ id: given.account.id }])
    expect(read.data.customer.all.pageInfo.hasNextPage).toBe(true)
    expect(read.data.customer.francs.nodes).toEqual([{ id: franc.account.id, balance: { amount: '3.0' } }])
  })

  it('is given twice when it is asked for twice', async () => {
    await credit('5')
    const second = (await credit('5')).storeCreditAccountTransaction
    expect(second.account.balance.amount).toBe('10.0')
  })

  it('fills an account up to 15,000 and not beyond', async () => {
    expect((await credit('15000')).userErrors).toEqual([])
    expect((await credit('0.01')).userErrors).toEqual([
      {
        field: ['creditInput', 'creditAmount', 'amount'],
        message: "The operation would cause the account's credit limit to be exceeded",
        code: 'CREDIT_LIMIT_EXCEEDED',
      },
    ])
  })

  it('is refused with the code of the fault', async () => {
    const account = (await credit('1')).storeCreditAccountTransaction.account.id
    const codes = async (answer: Promise<Answer>) => (await answer).userErrors.map(({ code }: Answer) => code)
    expect(await codes(credit('1', {}, 'gid://shopify/Customer/1'))).toEqual(['OWNER_NOT_FOUND'])
    expect(await codes(credit('1', {}, 'gid://shopify/CompanyLocation/1'))).toEqual(['OWNER_NOT_FOUND'])
    expect(await codes(credit('1', {}, 'gid://shopify/StoreCreditAccount/1'))).toEqual(['ACCOUNT_NOT_FOUND'])
    expect(await codes(credit('1', {}, account, 'CHF'))).toEqual(['MISMATCHING_CURRENCY'])
    expect(await codes(credit('1', {}, customer, 'CAD'))).toEqual(['UNSUPPORTED_CURRENCY'])
    expect(await codes(credit('1', { expiresAt: at(0) }))).toEqual(['EXPIRES_AT_IN_PAST'])
    expect(await codes(credit('0'))).toEqual(['NEGATIVE_OR_ZERO_AMOUNT'])
    expect(await codes(debit('-1'))).toEqual(['NEGATIVE_OR_ZERO_AMOUNT'])
    expect(await codes(debit('1.01'))).toEqual(['INSUFFICIENT_FUNDS'])
    expect(await codes(debit('1', account, 'CHF'))).toEqual(['MISMATCHING_CURRENCY'])
    expect(await codes(debit('1', customer, 'CHF'))).toEqual(['ACCOUNT_NOT_FOUND'])
    expect(await codes(debit('1', 'gid://shopify/Customer/1'))).toEqual(['ACCOUNT_NOT_FOUND'])
    expect((await history(account)).balance.amount).toBe('1.0')
  })
})

describe('a debit', () => {
  it('spends the soonest ending credit first, and what is left ends with the clock', async () => {
    const open = await credit('10')
    const late = await credit('10', { expiresAt: at(20 * DAY) })
    const soon = await credit('10', { expiresAt: at(10 * DAY) })
    const { id } = open.storeCreditAccountTransaction.account
    const spent = await debit('12')
    expect(spent.storeCreditAccountTransaction).toMatchObject({
      event: 'ADJUSTMENT',
      amount: { amount: '-12.0' },
      balanceAfterTransaction: { amount: '18.0' },
    })
    harness.pass(20 * DAY - 1000)
    expect((await history(id)).balance.amount).toBe('18.0')
    harness.pass(1000)
    const { balance, transactions } = await history(id)
    expect(balance.amount).toBe('10.0')
    expect(transactions.nodes.map(shortly)).toEqual([
      ['Credit', '10.0', '10.0'],
      ['Credit', '10.0', '20.0'],
      ['Credit', '10.0', '30.0'],
      ['Debit', '-12.0', '18.0'],
      ['Expiration', '-8.0', '10.0'],
    ])
    const [, afterLate, afterSoon, , expiration] = transactions.nodes
    expect(afterSoon).toMatchObject({
      id: soon.storeCreditAccountTransaction.id,
      remainingAmount: { amount: '0.0' },
    })
    expect(expiration).toMatchObject({
      createdAt: at(20 * DAY),
      creditTransaction: { id: late.storeCreditAccountTransaction.id, remainingAmount: { amount: '8.0' } },
    })
    expect(afterLate.remainingAmount.amount).toBe('8.0')
    expect((await debit('10.01')).userErrors[0].code).toBe('INSUFFICIENT_FUNDS')
  })

  it('that is reverted gives the money back to its credits, which end when they would have ended', async () => {
    await credit('4', { expiresAt: at(DAY) })
    const { account } = (await credit('6')).storeCreditAccountTransaction
    const { store } = harness
    const holder = { accountId: Number(account.id.split('/').at(-1)) }
    const spent = debitStoreCredit(
      store,
      holder,
      { amount: 900, currency: 'EUR' },
      { event: 'ORDER_PAYMENT' },
    )
    revertStoreCredit(store, spent, 600, { event: 'ORDER_REFUND' })
    const { balance, transactions } = await history(account.id)
    expect(balance.amount).toBe('7.0')
    expect(transactions.nodes.at(-1)).toMatchObject({
      __typename: 'StoreCreditAccountDebitRevertTransaction',
      event: 'ORDER_REFUND',
      amount: { amount: '6.0' },
      debitTransaction: { id: `gid://shopify/StoreCreditAccountDebitTransaction/${spent.id}` },
    })
    harness.pass(DAY)
    expect((await history(account.id)).balance.amount).toBe('6.0')
  })
  it('that is reverted after its credit ended gives back what ends at once', async () => {
    const { account } = (await credit('10', { expiresAt: at(DAY) })).storeCreditAccountTransaction
    const { store } = harness
    const holder = { accountId: Number(account.id.split('/').at(-1)) }
    const spent = debitStoreCredit(store, holder, { amount: 600, currency: 'EUR' })
    harness.pass(2 * DAY)
    revertStoreCredit(store, spent, 500, { event: 'ORDER_REFUND' })
    const { balance, transactions } = await history(account.id)
    expect(balance.amount).toBe('0.0')
    expect(transactions.nodes.map((row: Answer) => [...shortly(row), row.createdAt])).toEqual([
      ['Credit', '10.0', '10.0', at(0)],
      ['Debit', '-6.0', '4.0', at(0)],
      ['Expiration', '-4.0', '0.0', at(DAY)],
      ['DebitRevert', '5.0', '5.0', at(2 * DAY)],
      ['Expiration', '-5.0', '0.0', at(2 * DAY)],
    ])
  })
})

describe('the history of an account', () => {
  it('comes in pages, either way round, by kind, by number and by its end', async () => {
    const { account } = (await credit('1', { expiresAt: at(3 * DAY) })).storeCreditAccountTransaction
    await credit('2', { expiresAt: at(DAY) })
    await debit('0.5')
    harness.pass(2 * DAY)
    const amounts = (answer: Answer) => answer.transactions.nodes.map((row: Answer) => row.amount.amount)
    const first = await history(account.id, { first: 2 })
    expect(amounts(first)).toEqual(['1.0', '2.0'])
    const { endCursor, hasNextPage } = first.transactions.pageInfo
    expect(hasNextPage).toBe(true)
    expect(amounts(await history(account.id, { first: 2, after: endCursor }))).toEqual(['-0.5', '-1.5'])
    expect(amounts(await history(account.id, { last: 1 }))).toEqual(['-1.5'])
    expect(amounts(await history(account.id, { first: 1, reverse: true }))).toEqual(['-1.5'])
    const found = async (query: string) => amounts(await history(account.id, { first: 9, query }))
    expect(await found('type:debit')).toEqual(['-0.5'])
    expect(await found('type:expiration OR type:debit')).toEqual(['-0.5', '-1.5'])
    expect(await found('type:nonsense')).toHaveLength(4)
    expect(await found(`expires_at:<='${at(2 * DAY)}'`)).toEqual(['2.0'])
    const [, second] = first.transactions.nodes
    const number = second.id.split('/').at(-1)
    expect(await found(`id:${number}`)).toEqual(['2.0'])
    expect(await found(`id:>${number}`)).toEqual(['-0.5', '-1.5'])
    expect(amounts(await history(account.id, { first: 1, sortKey: 'EXPIRES_AT' }))).toEqual(['2.0'])
  })

  it('is reached by the ids of account and transactions', async () => {
    const given = (await credit('1')).storeCreditAccountTransaction
    const spent = (await debit('0.4')).storeCreditAccountTransaction
    const wrongKind = given.id.replace('CreditTransaction', 'DebitTransaction')
    const ids = [given.account.id, given.id, spent.id, wrongKind]
    const answer = await harness.graphql(
      `query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id
        ... on StoreCreditAccountCreditTransaction { remainingAmount { amount } } } }`,
      { ids },
    )
    expect(answer.data.nodes).toEqual([
      { __typename: 'StoreCreditAccount', id: given.account.id },
      {
        __typename: 'StoreCreditAccountCreditTransaction',
        id: given.id,
        remainingAmount: { amount: '0.6' },
      },
      { __typename: 'StoreCreditAccountDebitTransaction', id: spent.id },
      null,
    ])
    const missing = await harness.graphql(
      '{ storeCreditAccount(id: "gid://shopify/StoreCreditAccount/1") { id } }',
    )
    expect(missing.data).toEqual({ storeCreditAccount: null })
  })
})

it('keeps its owner from being merged, also when it is spent', async () => {
  const ask = async () =>
    (
      await harness.graphql(
        'query M($id: ID!) { customer(id: $id) { mergeable { isMergeable errorFields } } }',
        { id: customer },
      )
    ).data.customer.mergeable
  expect(await ask()).toEqual({ isMergeable: true, errorFields: [] })
  await credit('1')
  await debit('1')
  expect(await ask()).toEqual({ isMergeable: false, errorFields: ['STORE_CREDIT'] })
})

describe('access', () => {
  const denied = (answer: Answer) =>
    answer.errors.map((one: Answer) => [one.extensions.code, one.extensions.requiredAccess])

  it.each(STORE_CREDIT_SCOPES)('needs %s', async (missing) => {
    const { account } = (await credit('1')).storeCreditAccountTransaction
    const { store } = harness
    harness = openHarness({
      scopes: [...ALL_SCOPES, ...STORE_CREDIT_SCOPES].filter((one) => one !== missing),
    })
    for (const row of store.storeCreditAccounts.all()) harness.store.storeCreditAccounts.put(row)
    for (const row of store.storeCreditTransactions.all()) harness.store.storeCreditTransactions.put(row)
    const answer =
      missing === 'write_store_credit_account_transactions'
        ? await harness.graphql(CREDIT, { id: account.id, creditInput: { creditAmount: money('1') } })
        : await harness.graphql(HISTORY, { id: account.id, first: 1 })
    const reading = missing === 'read_store_credit_account_transactions'
    // The permission to write includes the one to read.
    if (reading) expect(answer.errors).toBeUndefined()
    else expect(denied(answer)).toContainEqual(['ACCESS_DENIED', `\`${missing}\` access scope.`])
    const [first] = harness.store.storeCreditAccounts.all()
    expect(first?.balance).toBe(100)
  })

  it('to the history needs the scope of transactions beside that of accounts', async () => {
    const scopes = [...ALL_SCOPES, 'read_store_credit_accounts']
    harness = openHarness({ scopes })
    const holder = { customerId: Number(customer.split('/').at(-1)) }
    const { accountId } = creditStoreCredit(harness.store, holder, {
      amount: 100,
      currency: 'EUR',
      expiresAt: null,
      notify: false,
    })
    const id = `gid://shopify/StoreCreditAccount/${accountId}`
    const balance = await harness.graphql(
      'query B($id: ID!) { storeCreditAccount(id: $id) { balance { amount } } }',
      { id },
    )
    expect(balance.data.storeCreditAccount.balance.amount).toBe('1.0')
    expect(denied(await harness.graphql(HISTORY, { id, first: 1 }))).toContainEqual([
      'ACCESS_DENIED',
      '`read_store_credit_account_transactions` access scope.',
    ])
  })
})

describe('trouble with store credit', () => {
  it.each([
    ['error-after', 502, true],
    ['timeout-after', 504, true],
    ['delay', 200, true],
    ['error-503', 503, false],
  ])('%s answers %i, and the credit was given: %s', async (kind, status, given) => {
    const { post, store } = harness
    await post('/practice/admin-api', { kind, left: 1, seconds: 1, operation: 'storeCreditAccountCredit' })
    const token = { 'x-shopify-access-token': store.installation.tokens[0]?.token ?? '' }
    const variables = { id: customer, creditInput: { creditAmount: money('5') } }
    expect((await post(PATH, { query: '{ shop { id } }' }, token)).status).toBe(200)
    const started = performance.now()
    expect((await post(PATH, { query: CREDIT, variables }, token)).status).toBe(status)
    const late = performance.now() - started > 900
    expect(late).toBe(kind === 'timeout-after' || kind === 'delay')
    expect(store.storeCreditTransactions.size).toBe(given ? 1 : 0)
    expect((await post(PATH, { query: CREDIT, variables }, token)).status).toBe(200)
    expect(store.storeCreditTransactions.size).toBe(given ? 2 : 1)
  })
})

describe('kept', () => {
  it('in a folder that an older practice store wrote, and through a restart', () => {
    const directory = mkdtempSync(join(tmpdir(), 'practice-credit-'))
    try {
      const now = () => NOW
      const [someone] = harness.store.customers.all()
      if (!someone) throw new Error('The seed has customers')
      const older = new Store({ directory, now })
      older.customers.put(someone)
      older.shop = harness.store.shop
      older.close()
      const next = new Store({ directory, now })
      expect(storeCreditAccountsOf(next, someone.id)).toEqual([])
      const money = { amount: 100, currency: 'EUR', expiresAt: null, notify: true }
      const given = creditStoreCredit(next, { customerId: someone.id }, money)
      next.close()
      const last = new Store({ directory, now })
      expect(storeCreditTransactionsOf(last, given.accountId)).toEqual([given])
      expect(storeCreditAccountsOf(last, someone.id)[0]?.balance).toBe(100)
      last.close()
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })
})

it('whatever is credited, spent, given back and ended: balances follow one another and credits hold what is left', () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('credit' as const),
      amount: fc.integer({ min: 1, max: 5000 }),
      days: fc.option(fc.integer({ min: 1, max: 30 })),
    }),
    fc.record({ do: fc.constant('debit' as const), share: fc.integer({ min: 1, max: 120 }) }),
    fc.record({ do: fc.constant('revert' as const), share: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 12 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      let now = NOW
      const store = new Store({ directory: ':memory:', now: () => now })
      store.shop = harness.store.shop
      const [someone] = harness.store.customers.all()
      if (!someone) throw new Error('The seed has customers')
      store.customers.put(someone)
      const holder = { customerId: someone.id }
      const rows = () =>
        storeCreditAccountsOf(store, someone.id).flatMap(({ id }) => storeCreditTransactionsOf(store, id))
      for (const one of steps) {
        if (one.do === 'wait') now += one.days * DAY
        else if (one.do === 'credit') {
          const expiresAt = one.days === null ? null : isoTime(now + one.days * DAY)
          creditStoreCredit(store, holder, { amount: one.amount, currency: 'EUR', expiresAt, notify: false })
        } else if (one.do === 'debit') {
          const has = storeCreditAccountsOf(store, someone.id)[0]?.balance ?? 0
          const amount = Math.ceil((has * one.share) / 100)
          const take = () => debitStoreCredit(store, holder, { amount, currency: 'EUR' })
          if (amount === 0 || amount > has) expect(take).toThrow()
          else take()
        } else {
          const last = rows().findLast((row) => row.kind === 'debit')
          if (last?.kind !== 'debit') continue
          const left = last.spent.reduce((sum, part) => sum + part.amount - part.returned, 0)
          const amount = Math.floor((left * one.share) / 100)
          if (amount > 0) revertStoreCredit(store, last, amount, { event: 'ORDER_REFUND' })
        }
      }
      const all = rows()
      const [account] = storeCreditAccountsOf(store, someone.id)
      let balance = 0
      let before = ''
      for (const row of all) {
        balance += row.amount
        expect(row.balanceAfter).toBe(balance)
        expect(balance).toBeGreaterThanOrEqual(0)
        expect(row.createdAt >= before).toBe(true)
        before = row.createdAt
      }
      expect(account?.balance ?? 0).toBe(balance)
      if (balance > 0) expect(held(all, store.time())).toBe(balance)
    }),
  )
})

/** What the open credits hold together: all of it can be spent, and a cent more cannot. */
function held(rows: StoreCreditTransaction[], time: string): number {
  const open = rows.filter((row) => row.kind === 'credit' && (row.expiresAt === null || row.expiresAt > time))
  const sum = open.reduce((all, row) => all + (row.kind === 'credit' ? row.remaining : 0), 0)
  expect(spend(rows, sum, time).reduce((all, part) => all + part.amount, 0)).toBe(sum)
  expect(() => spend(rows, sum + 1, time)).toThrow()
  return sum
}
