import { whole } from '../../document/document-fields.ts'
import { codeConditions, codeEndsAt, GOODS_CODE } from '../code-terms.ts'
import { rewardKind } from '../kind.ts'

const LIMITS = { min: 1, max: 100 }

export const percentOff = rewardKind({
  kind: 'percent-off',
  spent: GOODS_CODE.spent,
  terms: { percent: whole(LIMITS), ...GOODS_CODE.terms },
  fields: { percent: { as: 'percent', ...LIMITS }, ...GOODS_CODE.fields },
  blank: { percent: 10, ...GOODS_CODE.blank },
  worth: () => null,
  text: ({ percent }, words) => words.say('rewards:percent-off.text', { percent: words.number(percent) }),
  conditions: codeConditions,
  endsAt: codeEndsAt,
  hints: ({ percent, goods }) =>
    percent < 100 ? [] : [{ term: 'percent', code: goods ? 'reward-all-units' : 'reward-whole-order' }],
  discount: ({ percent, goods, purchases }) => ({ of: 'percent', percent, on: goods, by: purchases }),
})
