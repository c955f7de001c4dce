import { CODE, codeConditions, codeEndsAt } from '../code-terms.ts'
import { rewardKind } from '../kind.ts'

export const freeShipping = rewardKind({
  kind: 'free-shipping',
  spent: CODE.spent,
  terms: CODE.terms,
  fields: CODE.fields,
  blank: CODE.blank,
  worth: () => null,
  text: (_, words) => words.say('rewards:free-shipping.text'),
  conditions: codeConditions,
  endsAt: codeEndsAt,
  discount: () => ({ of: 'shipping' }),
})
