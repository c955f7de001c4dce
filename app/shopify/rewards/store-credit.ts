import { sameAmount } from '../../domain/rewards/discount-value.ts'
import { lapsesAt, type Reward } from '../../domain/rewards/kinds.ts'
import { compareIds } from '../../domain/text/compare-ids.ts'
import { type AdminGraphql, askAdmin } from '../ask-admin.ts'
import { errorCodes } from '../error-codes.ts'
import { digitsOf, gidOf } from '../gid.ts'
import { CreditsOfCustomer, GiveStoreCredit } from '../graphql/store-credit.ts'
import { type Maker, RewardNotAllowed, RewardRefused, type Wanted } from './maker.ts'

type Credit = Wanted<Extract<Reward, { kind: 'store-credit' }>>

/**
 * More credits than are on their way to one customer at once: the one that is looked for is among the first behind its
 * mark, however many came later.
 */
const MOST = 50

/**
 * Credits a customer's account. Shopify keeps no key and no word of ours with a credit: one that was made by a call
 * without an answer is known by being newer than the mark, of this amount and this end, and nobody else's.
 */
export const storeCredit: Maker<Credit['reward']> = {
  async mark(graphql, wanted) {
    const search = { credits: 'type:credit', newestFirst: true }
    const credits = await allowed(creditsOf(graphql, wanted, search))
    if (credits === null) throw gone()
    return digitsOf(credits.at(-1)?.id ?? '0')
  },

  async make(graphql, wanted) {
    const there = await find(graphql, wanted)
    if (there) return there.id
    const credit = {
      creditAmount: { amount: wanted.reward.amount, currencyCode: wanted.currency as 'EUR' },
      ...(expiresAt(wanted) !== null && { expiresAt: expiresAt(wanted) }),
      notify: false,
    }
    if (wanted.customerId === null) throw gone()
    const customer = gidOf('Customer', wanted.customerId)
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
  if (mark === null) return null
  const search = { credits: `type:credit id:>${mark}`, newestFirst: false }
  const credits = (await creditsOf(graphql, wanted, search)) ?? []
  // The oldest of them: a newer one may be the only one that is newer than another redemption's mark.
  const own = credits.find(
    (credit) =>
      credit.event === 'ADJUSTMENT' &&
      sameAmount(credit.amount.amount, reward.amount) &&
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

/** Credits that fit the search, by their numbers: two may be of one second. Null: the customer is gone, and they too. */
async function creditsOf(
  graphql: AdminGraphql,
  { customerId, currency }: Credit,
  search: { credits: string; newestFirst: boolean },
) {
  if (customerId === null) return null
  const account = `currency_code:${currency}`
  const asked = { customer: gidOf('Customer', customerId), account, first: MOST, ...search }
  const { customer } = await askAdmin(graphql, CreditsOfCustomer, asked)
  if (customer === null) return null
  return customer.storeCreditAccounts.nodes
    .flatMap(({ transactions }) => transactions.nodes)
    .flatMap((one) => (one.__typename === 'StoreCreditAccountCreditTransaction' ? [one] : []))
    .sort((a, b) => compareIds(digitsOf(a.id), digitsOf(b.id)))
}

const gone = () => new RewardRefused('the customer is gone')

/** By the day on which it was taken, and not by the one on which Shopify could be reached: so each try says the same. */
function expiresAt({ reward, startsAt }: Credit): string | null {
  const end = lapsesAt(reward, startsAt.getTime())
  return end === null ? null : new Date(end).toISOString()
}

/** Shopify's times have no fractions of a second. */
const seconds = (time: string | null) => time && Math.floor(Date.parse(time) / 1000)
