import { whole } from '../../document/document-fields.ts'
import { rewardKind } from '../kind.ts'

const LIMITS = { min: 1, max: 100 }

export const percentOff = rewardKind({
  kind: 'percent-off',
  terms: { percent: whole(LIMITS) },
  fields: { percent: { as: 'percent', ...LIMITS } },
  blank: { percent: 10 },
  worth: () => null,
  text: ({ percent }, words) => words.say('rewards:percent-off.text', { percent: words.number(percent) }),
  hints: ({ percent }) => (percent === 100 ? [{ term: 'percent', code: 'reward-whole-order' }] : []),
  discount: ({ percent }) => ({ of: 'percent', percent }),
})
