import { whole } from '../../document/document-fields.ts'
import { inLocale, localTextUpTo } from '../../document/local-text.ts'
import { codeEndsAt, VALID_DAYS } from '../code-terms.ts'
import { rewardKind } from '../kind.ts'

const NOTE = { max: 500 }

/** What people of the shop do for the member: a seat at an evening, a repair, a call. Shopify has nothing of it. */
export const experience = rewardKind({
  kind: 'experience',
  spent: 'when-done',
  ours: true,
  terms: {
    /** What she is to do to have it. */
    note: localTextUpTo(NOTE.max),
    /** Days within which it is to be had; the points come back when nobody has done it by then. */
    validDays: whole(VALID_DAYS),
  },
  fields: {
    note: { as: 'text', ...NOTE },
    validDays: { as: 'days', ...VALID_DAYS, card: 'conditions' },
  },
  blank: { note: {}, validDays: 90 },
  worth: () => null,
  text: (_, words) => words.say('rewards:experience.text'),
  conditions: ({ validDays }, words) => [words.say('rewards:experience.within', { count: validDays })],
  endsAt: codeEndsAt,
  note: ({ note }, words) => inLocale(note, words.locale),
  made: (_, words) => words.say('rewards:experience.made'),
  booked: (_, words) => words.say('rewards:experience.booked'),
})
