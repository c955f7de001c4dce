import { moneyText, whole } from '../../document/document-fields.ts'
import { divideRounded } from '../../money/decimal.ts'
import { fromMinor, nextMinor, toMinor } from '../../money/money.ts'
import { codeConditions, codeEndsAt, GOODS_CODE } from '../code-terms.ts'
import { rewardKind } from '../kind.ts'

const SHARE = { min: 1, max: 100 }
const POINTS = { min: 1, max: 100_000_000 }

/**
 * As many points as the member likes, in steps: "230 points = 11.50 off". What she takes is a code of a fixed amount. The
 * most that it may be of the cart is a minimum of what is bought, which Shopify sees to at every till.
 */
export const flexibleAmount = rewardKind({
  kind: 'flexible-amount',
  spent: GOODS_CODE.spent,
  terms: {
    /** Of one step. */
    amount: moneyText,
    leastPoints: whole(POINTS).nullable(),
    mostPoints: whole(POINTS).nullable(),
    /** Hundredths of what is bought that the discount may come to. */
    cartShare: whole(SHARE).nullable(),
    ...GOODS_CODE.terms,
  },
  fields: {
    amount: { as: 'money' },
    leastPoints: { as: 'points', ...POINTS, optional: true, card: 'conditions' },
    mostPoints: { as: 'points', ...POINTS, optional: true, card: 'conditions' },
    cartShare: { as: 'percent', ...SHARE, optional: true, card: 'conditions' },
    ...GOODS_CODE.fields,
  },
  blank: { amount: '', leastPoints: null, mostPoints: null, cartShare: null, ...GOODS_CODE.blank },
  chosen: ({ leastPoints, mostPoints, cartShare }) => ({
    least: leastPoints,
    most: mostPoints,
    share: cartShare,
  }),
  check: ({ leastPoints, mostPoints, cost }) => {
    const least = Math.ceil(Math.max(leastPoints ?? cost, cost) / cost) * cost
    if (mostPoints === null || mostPoints >= least) return []
    const message = `at least ${least}: one step of the price above what is to be redeemed at least`
    return [{ path: 'mostPoints', code: 'too-small', message, values: { minimum: least, value: mostPoints } }]
  },
  taken: (terms, steps, currency) => {
    const { amount, cartShare, minimumSpend, validDays, combines, goods, purchases } = terms
    const minor = toMinor(amount, currency) * steps
    const share = cartShare === null ? 0 : divideRounded(BigInt(minor) * 100n, BigInt(cartShare), 'ceil')
    const minimum = Math.max(share, minimumSpend === null ? 0 : nextMinor(minimumSpend, currency))
    return {
      kind: 'amount-off',
      amount: fromMinor(minor, currency),
      minimumSpend: minimum === 0 ? null : fromMinor(minimum, currency),
      validDays,
      ...(combines && { combines }),
      ...(goods && { goods }),
      ...(purchases && { purchases }),
    }
  },
  worth: ({ amount }) => amount,
  text: ({ amount, cost }, words) =>
    words.say('rewards:flexible-amount.text', { amount: words.money(amount), points: words.points(cost) }),
  conditions: ({ leastPoints, mostPoints, cartShare, ...terms }, words) => {
    const say = (key: string, values: Record<string, string>) =>
      words.say(`rewards:flexible-amount.${key}`, values)
    return [
      ...(leastPoints === null ? [] : [say('least', { points: words.points(leastPoints) })]),
      ...(mostPoints === null ? [] : [say('most', { points: words.points(mostPoints) })]),
      ...(cartShare === null ? [] : [say('share', { percent: words.number(cartShare) })]),
      ...codeConditions(terms, words),
    ]
  },
  endsAt: codeEndsAt,
})
