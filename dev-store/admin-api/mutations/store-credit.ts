/**
 * Store credit given and taken. As in Shopify nothing here knows a repeated request: each one that arrives is done.
 * Words, codes and the order of the checks are those of answers recorded from a real store.
 */
import { GraphQLError } from 'graphql'
import { CommerceError, type CommerceErrorCode } from '../../commerce/errors.ts'
import { type CreditHolder, creditStoreCredit, debitStoreCredit } from '../../deeds/store-credit-deeds.ts'
import { idOf, isoTime, type StoreCreditTransaction } from '../../model.ts'
import type { ApiContext } from '../context.ts'
import { invalidId } from '../errors.ts'
import { centsOf } from '../present/money.ts'
import { presentStoreCreditTransaction } from '../present/store-credit.ts'

type Money = { amount: string; currencyCode: string }
type CreditArguments = {
  id: string
  creditInput: { creditAmount: Money; expiresAt?: string | null; notify?: boolean | null }
}
type DebitArguments = { id: string; debitInput: { debitAmount: Money } }

type Refusal = { field: string[]; message: string; code: string }

function credit({ id, creditInput }: CreditArguments, context: ApiContext) {
  const { creditAmount, expiresAt, notify } = creditInput
  const money = moneyOf(creditAmount)
  const holder = holderOf(id)
  if (!holder) return refused(refusalsOf('creditInput', 'creditAmount', 'credit')['unknown-customer'])
  return attempt(context, refusalsOf('creditInput', 'creditAmount', 'credit'), () =>
    creditStoreCredit(context.store, holder, {
      ...money,
      expiresAt: expiresAt ? isoTime(Date.parse(expiresAt)) : null,
      notify: notify ?? false,
    }),
  )
}

function debit({ id, debitInput }: DebitArguments, context: ApiContext) {
  const money = moneyOf(debitInput.debitAmount)
  const holder = holderOf(id)
  const refusals = refusalsOf('debitInput', 'debitAmount', 'debit')
  if (!holder) return refused(refusals['no-store-credit-account'])
  return attempt(context, refusals, () => debitStoreCredit(context.store, holder, money))
}

export const storeCreditMutations = { storeCreditAccountCredit: credit, storeCreditAccountDebit: debit }

/** @throws {GraphQLError} CURRENCY_CODE_INVALID for codes that Shopify only ever answers with */
function moneyOf({ amount, currencyCode }: Money) {
  if (currencyCode === 'XXX' || currencyCode === 'USDC')
    throw new GraphQLError(
      `CurrencyCode "${currencyCode}" is invalid. It can only be used as a result and not as an input value.`,
      { extensions: { code: 'CURRENCY_CODE_INVALID' } },
    )
  return { amount: centsOf(amount), currency: currencyCode }
}

/**
 * Null for a location of a company: the practice shop has none.
 * @throws {GraphQLError} for an id of something that cannot have store credit
 */
function holderOf(id: string): CreditHolder | null {
  const type = /^gid:\/\/shopify\/(\w+)\/\d+$/.exec(id)?.[1]
  if (type === 'StoreCreditAccount') return { accountId: idOf(id) }
  if (type === 'Customer') return { customerId: idOf(id) }
  if (type === 'CompanyLocation') return null
  throw invalidId(id)
}

function attempt(
  { store }: ApiContext,
  refusals: Partial<Record<CommerceErrorCode, Refusal>>,
  move: () => StoreCreditTransaction,
) {
  try {
    return {
      storeCreditAccountTransaction: presentStoreCreditTransaction(move(), store),
      userErrors: [],
    }
  } catch (error) {
    const refusal = error instanceof CommerceError ? refusals[error.code] : undefined
    if (!refusal) throw error
    return refused(refusal)
  }
}

const refused = (refusal: Refusal) => ({ storeCreditAccountTransaction: null, userErrors: [refusal] })

function refusalsOf(input: string, money: string, verb: string) {
  const amount = [input, money, 'amount']
  const currency = [input, money, 'currencyCode']
  return {
    'no-store-credit-account': {
      field: ['id'],
      message: 'Store credit account does not exist',
      code: 'ACCOUNT_NOT_FOUND',
    },
    'unknown-customer': { field: ['id'], message: 'Owner does not exist', code: 'OWNER_NOT_FOUND' },
    'expiry-in-past': {
      field: [input, 'expiresAt'],
      message: 'The expiry date must be in the future',
      code: 'EXPIRES_AT_IN_PAST',
    },
    'amount-not-positive': {
      field: amount,
      message: `A positive amount must be used to ${verb} a store credit account`,
      code: 'NEGATIVE_OR_ZERO_AMOUNT',
    },
    'other-currency': {
      field: currency,
      message: 'The currency provided does not match the currency of the store credit account',
      code: 'MISMATCHING_CURRENCY',
    },
    'unsupported-currency': {
      field: currency,
      message: 'The currency provided is not currently supported',
      code: 'UNSUPPORTED_CURRENCY',
    },
    'credit-limit': {
      field: amount,
      message: "The operation would cause the account's credit limit to be exceeded",
      code: 'CREDIT_LIMIT_EXCEEDED',
    },
    'insufficient-funds': {
      field: amount,
      message: 'The store credit account does not have sufficient funds to satisfy the request',
      code: 'INSUFFICIENT_FUNDS',
    },
  } satisfies Partial<Record<CommerceErrorCode, Refusal>>
}
