import { moneyText } from '../../document/document-fields.ts'
import { CODE, codeConditions, codeEndsAt } from '../code-terms.ts'
import { rewardKind } from '../kind.ts'

export const amountOff = rewardKind({
  kind: 'amount-off',
  spent: CODE.spent,
  terms: { amount: moneyText, ...CODE.terms },
  fields: { amount: { as: 'money' }, ...CODE.fields },
  blank: { amount: '', ...CODE.blank },
  worth: ({ amount }) => amount,
  text: ({ amount }, words) => words.say('rewards:amount-off.text', { amount: words.money(amount) }),
  conditions: codeConditions,
  endsAt: codeEndsAt,
  discount: ({ amount }) => ({ of: 'amount', amount }),
})
