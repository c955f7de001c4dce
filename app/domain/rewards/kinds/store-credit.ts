import { moneyText, whole } from '../../document/document-fields.ts'
import { DAY_MS } from '../../time/time-window.ts'
import { rewardKind } from '../kind.ts'

const CREDIT_DAYS = { min: 1, max: 3_650 }
/** Shopify may not be reachable for a while; after that the points come back. */
const MAKING_DAYS = 7

/** Money on the customer's account in Shopify: spent at the checkout like any other credit. */
export const storeCredit = rewardKind({
  kind: 'store-credit',
  spent: 'when-made',
  terms: {
    amount: moneyText,
    /** Days after which Shopify takes back what is left of it; null: it stays. */
    creditDays: whole(CREDIT_DAYS).nullable(),
  },
  fields: {
    amount: { as: 'money' },
    creditDays: { as: 'days', ...CREDIT_DAYS, optional: true, card: 'conditions' },
  },
  blank: { amount: '', creditDays: null },
  worth: ({ amount }) => amount,
  text: ({ amount }, words) => words.say('rewards:store-credit.text', { amount: words.money(amount) }),
  conditions: ({ creditDays }, words) =>
    creditDays === null ? [] : [words.say('rewards:store-credit.lasts', { count: creditDays })],
  endsAt: (_, at) => at + MAKING_DAYS * DAY_MS,
  made: ({ amount }, words) => words.say('rewards:store-credit.made', { amount: words.money(amount) }),
  lapsesAt: ({ creditDays }, at) => (creditDays === null ? null : at + creditDays * DAY_MS),
  booked: ({ amount }, words) => words.say('rewards:store-credit.booked', { amount: words.money(amount) }),
  scopes: [
    'read_store_credit_accounts',
    'read_store_credit_account_transactions',
    'write_store_credit_account_transactions',
  ],
  given: ({ amount }, words) => words.say('rewards:store-credit.given', { amount: words.money(amount) }),
})
