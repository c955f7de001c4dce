import { moneyText } from '../../document/document-fields.ts'
import { codeConditions, codeEndsAt, GOODS_CODE } from '../code-terms.ts'
import { rewardKind } from '../kind.ts'

export const amountOff = rewardKind({
  kind: 'amount-off',
  spent: GOODS_CODE.spent,
  terms: { amount: moneyText, ...GOODS_CODE.terms },
  fields: { amount: { as: 'money' }, ...GOODS_CODE.fields },
  blank: { amount: '', ...GOODS_CODE.blank },
  worth: ({ amount }) => amount,
  text: ({ amount }, words) => words.say('rewards:amount-off.text', { amount: words.money(amount) }),
  conditions: codeConditions,
  endsAt: codeEndsAt,
  discount: ({ amount, goods, purchases }) => ({ of: 'amount', amount, on: goods, by: purchases }),
})
