import { decimalToScaled } from '../../domain/money/decimal.ts'
import type { Reward } from '../../domain/rewards/kinds.ts'
import { compareIds } from '../../domain/text/compare-ids.ts'
import { DAY_MS } from '../../domain/time/time-window.ts'
import { type AdminGraphql, askAdmin } from '../ask-admin.ts'
import { errorCodes } from '../error-codes.ts'
import { CreditsOfCustomer, GiveStoreCredit } from '../graphql/store-credit.ts'
import { type Maker, RewardNotAllowed, RewardRefused, type Wanted } from './maker.ts'

type Credit = Wanted<Extract<Reward, { kind: 'store-credit' }>>

/** More credits than one customer gets between a call and the look for it. */
const MOST = 50

/**
 * Credits a customer's account. Shopify keeps no key and no word of ours with a credit: one that was made by a call
 * without an answer is known by being newer than the mark, of this amount and this end, and nobody else's.
 */
export const storeCredit: Maker<Credit['reward']> = {
  async mark(graphql, wanted) {
    const credits = await allowed(creditsOf(graphql, wanted, 'type:credit'))
    return digits(credits.at(-1)?.id ?? '0')
  },

  async make(graphql, wanted) {
    const there = await find(graphql, wanted)
    if (there) return there.id
    const credit = {
      creditAmount: { amount: wanted.reward.amount, currencyCode: wanted.currency as 'EUR' },
      ...(expiresAt(wanted) !== null && { expiresAt: expiresAt(wanted) }),
      notify: false,
    }
    const customer = customerGid(wanted)
    const { storeCreditAccountCredit: answer } = await allowed(
      askAdmin(graphql, GiveStoreCredit, { customer, credit }),
    )
    const id = answer?.storeCreditAccountTransaction?.id
    if (id) return id
    const errors = answer?.userErrors.map(({ code, message }) => `${code}: ${message}`) ?? []
    throw new RewardRefused(errors.join('; ') || 'no answer')
  },

  find,

  /** Money that was given is the customer's: it is not taken back. */
  withdraw: find,
}

async function find(graphql: AdminGraphql, wanted: Credit) {
  const { madeId, mark, others, reward } = wanted
  const made = { uses: 1, open: false }
  if (madeId !== null) return { id: madeId, ...made }
  if (mark === null || wanted.customerId === null) return null
  const credits = await creditsOf(graphql, wanted, `type:credit id:>${mark}`)
  // The oldest of them: a newer one may be the only one that is newer than another redemption's mark.
  const own = credits.find(
    (credit) =>
      credit.event === 'ADJUSTMENT' &&
      scaled(credit.amount.amount) === scaled(reward.amount) &&
      seconds(credit.expiresAt) === seconds(expiresAt(wanted)) &&
      !others.includes(credit.id),
  )
  return own ? { id: own.id, ...made } : null
}

/**
 * Of what was not tried before or was not done: where Shopify says that the app may not, nothing has come of it. A look
 * for what an earlier try has made is no such question: while it is denied nobody knows.
 */
async function allowed<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking
  } catch (error) {
    if (errorCodes(error).includes('ACCESS_DENIED')) throw new RewardNotAllowed((error as Error).message)
    throw error
  }
}

/** The newest credits that fit the search, by their numbers: two may be of one second. */
async function creditsOf(graphql: AdminGraphql, wanted: Credit, credits: string) {
  const { customer } = await askAdmin(graphql, CreditsOfCustomer, {
    customer: customerGid(wanted),
    account: `currency_code:${wanted.currency}`,
    credits,
    first: MOST,
  })
  if (customer === null) throw new RewardRefused('the customer is gone')
  return customer.storeCreditAccounts.nodes
    .flatMap(({ transactions }) => transactions.nodes)
    .flatMap((one) => (one.__typename === 'StoreCreditAccountCreditTransaction' ? [one] : []))
    .sort((a, b) => compareIds(digits(a.id), digits(b.id)))
}

function customerGid({ customerId }: Credit): string {
  if (customerId === null) throw new RewardRefused('the customer is gone')
  return `gid://shopify/Customer/${customerId}`
}

/** By the day on which it was taken, and not by the one on which Shopify could be reached: so each try says the same. */
function expiresAt({ reward, startsAt }: Credit): string | null {
  return reward.creditDays === null
    ? null
    : new Date(startsAt.getTime() + reward.creditDays * DAY_MS).toISOString()
}

/** No currency has more decimals. */
const scaled = (amount: string) => decimalToScaled(amount, 4)
/** Shopify's times have no fractions of a second. */
const seconds = (time: string | null) => time && Math.floor(Date.parse(time) / 1000)
const digits = (gid: string) => gid.split('/').at(-1) ?? '0'
