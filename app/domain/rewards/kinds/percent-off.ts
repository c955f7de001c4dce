import { whole } from '../../document/document-fields.ts'
import { CODE, codeConditions, codeEndsAt } from '../code-terms.ts'
import { rewardKind } from '../kind.ts'

const LIMITS = { min: 1, max: 100 }

export const percentOff = rewardKind({
  kind: 'percent-off',
  spent: CODE.spent,
  terms: { percent: whole(LIMITS), ...CODE.terms },
  fields: { percent: { as: 'percent', ...LIMITS }, ...CODE.fields },
  blank: { percent: 10, ...CODE.blank },
  worth: () => null,
  text: ({ percent }, words) => words.say('rewards:percent-off.text', { percent: words.number(percent) }),
  conditions: codeConditions,
  endsAt: codeEndsAt,
  hints: ({ percent }) => (percent === 100 ? [{ term: 'percent', code: 'reward-whole-order' }] : []),
  discount: ({ percent }) => ({ of: 'percent', percent }),
})
