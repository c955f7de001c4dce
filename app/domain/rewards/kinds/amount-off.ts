import { moneyText } from '../../document/document-fields.ts'
import { rewardKind } from '../kind.ts'

export const amountOff = rewardKind({
  kind: 'amount-off',
  terms: { amount: moneyText },
  fields: { amount: { as: 'money' } },
  blank: { amount: '' },
  worth: ({ amount }) => amount,
  text: ({ amount }, words) => words.say('rewards:amount-off.text', { amount: words.money(amount) }),
  discount: ({ amount }) => ({ of: 'amount', amount }),
})
