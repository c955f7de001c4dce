import { z } from 'zod'
import { coded, moneyText } from '../../document/document-fields.ts'
import { inLocale, localTextUpTo } from '../../document/local-text.ts'
import { isHttpsLink, LINK } from '../../text/https-link.ts'
import { DAY_MS } from '../../time/time-window.ts'
import { rewardKind } from '../kind.ts'

const CAUSE = { max: 500 }

/** Money that the shop gives to a good cause for the member's points. The reward is the cause, and its name is the cause's. */
export const donation = rewardKind({
  kind: 'donation',
  spent: 'when-made',
  ours: true,
  terms: {
    amount: moneyText,
    /** What the money is for. */
    cause: localTextUpTo(CAUSE.max),
    /** Where everybody can see that it was given, and what has come of it; null: nowhere. */
    proof: z
      .string()
      .refine(isHttpsLink, coded('no-https-link', 'a link that begins with https://'))
      .nullable(),
  },
  fields: {
    amount: { as: 'money' },
    cause: { as: 'text', ...CAUSE },
    proof: { as: 'link', ...LINK },
  },
  blank: { amount: '', cause: {}, proof: null },
  worth: ({ amount }) => amount,
  text: ({ amount }, words) => words.say('rewards:donation.text', { amount: words.money(amount) }),
  conditions: () => [],
  // It is made with the redemption: nothing of it is left to be done.
  endsAt: (_, at) => at + DAY_MS,
  donates: ({ amount }) => amount,
  about: ({ cause, proof }, words) => ({ text: inLocale(cause, words.locale), proof }),
  given: ({ amount }, words) => words.say('rewards:donation.given', { amount: words.money(amount) }),
  made: ({ amount }, words) => words.say('rewards:donation.made', { amount: words.money(amount) }),
  booked: ({ amount }, words) => words.say('rewards:donation.booked', { amount: words.money(amount) }),
})
