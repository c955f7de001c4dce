import { inLocale, type LocalText } from '../../../domain/document/local-text.ts'
import { bookedText, lapseText, madeText } from '../../../domain/rewards/kinds.ts'
import { innerQuotes } from '../../../domain/text/inner-quotes.ts'
import type { Wording } from '../../../wording.ts'
import { numbersText } from '../../draws/ticket-text.ts'
import { type ToldReturn, toldReturn } from '../../rewards/redemption-record.ts'
import { actorText, isAtTill } from './by-hand.ts'
import { type Audience, type Entry, type FoundRedemption, type Line, titled } from './entry.ts'

interface Facts {
  redemption: (Omit<FoundRedemption, 'createdAt' | 'endsAt' | 'returnReason'> & TimesAndName) | null
  /** Points of a code that had gone back and are taken once more. */
  again: boolean
}

interface TimesAndName {
  rewardName: LocalText
  createdAt: Date
  endsAt: Date
  returnReason: ToldReturn | null
}

/** Points become a reward: reserved, spent for good, free again, or back. */
export const redemption: Entry<Facts> = {
  about: { redemption: 'source' },
  bookkeeping: ['capture'],
  counts: ['redeemed', 'returned'],

  facts: ({ redemption: found, why, part, version }) => ({
    redemption: found && {
      ...found,
      rewardName: found.reward.name,
      createdAt: new Date(found.createdAt),
      endsAt: new Date(found.endsAt),
      // The line's own: the points may have gone back, and been taken again, since.
      returnReason: (why as { reason?: ToldReturn } | null)?.reason ?? found.returnReason,
    },
    again: part === 'reserve' && version > 1,
  }),

  title(line, words) {
    const reward = line.redemption ? inLocale(line.redemption.rewardName, words.locale) : ''
    const made = isGiven(line) && line.redemption ? madeText(line.redemption.reward, words) : null
    return made ?? titled(titleKey(line), line, words, { reward })
  },

  told: isGiven,

  details(line, words, audience) {
    if (!line.redemption) return []
    const { code, shownCode, orderName, returnReason, status, endsAt } = line.redemption
    const shown = code ?? shownCode
    const named = shown === null ? [] : [words.say('detail.code-used', { code: shown })]
    if (isBack(line)) {
      const because = returnReason ? [returnedText(returnReason, line, words, audience)] : []
      return [...because, ...named]
    }
    if (code === null && status === 'used') return givenDetails(line, line.redemption, words)
    if (shown === null) return []
    if (line.again && orderName) return [words.say('detail.again', { order: orderName }), ...named]
    if (orderName) return [words.say('detail.used-in', { code: shown, order: orderName })]
    return [words.say('detail.code', { code: shown, date: words.date(endsAt.getTime()) })]
  },

  // All else follows from orders and days.
  forMerchants: ({ part, redemption: its, actor }, words, viewer) =>
    (part === 'release' && its?.returnReason === 'cancelled') || isByStaff(actor, its) || isAtTill(actor)
      ? [actorText(actor, words, viewer)]
      : [],

  latest(line, words) {
    if (!line.redemption) return words.say('latest.redemption')
    const { rewardName, returnReason } = line.redemption
    const name = innerQuotes(inLocale(rewardName, words.locale))
    if (line.points <= 0) return words.say(line.again ? 'latest.redeemed-again' : 'latest.redeemed', { name })
    const told =
      isBack(line) && returnReason
        ? toldReturn(returnReason, { ...line.redemption, actor: line.actor })
        : 'unknown'
    return words.say(`latest.back.${told}`, { name })
  },
}

const isBack = ({ part }: Line) => part === 'release' || part === 'return'

/** Of what is no code: people have done it, or undone; or they have taken it back. */
const isByStaff = (actor: string, its: Facts['redemption']) =>
  its?.code === null && actor !== 'system' && actor !== 'shopper'

/** What is no code was made in Shopify, or done: the member has it now. */
function isGiven({ part, redemption: its }: Line & Facts): boolean {
  return part === 'capture' && its?.code === null
}

const titleKey = ({ part, again }: Line & Facts) =>
  again ? 'redemption-reserve-again' : `redemption-${part}`

/** What came of the points, and until when it is there, where the points went and where it came. */
function givenDetails(
  line: Line & Facts,
  { reward, rewardName, createdAt, tickets }: NonNullable<Facts['redemption']>,
  words: Wording,
): string[] {
  const name = innerQuotes(inLocale(rewardName, words.locale))
  const what = isGiven(line) ? words.say('detail.given-for', { reward: name }) : bookedText(reward, words)
  const numbers = tickets && numbersText(tickets, words)
  return [what, numbers, lapseText(reward, createdAt.getTime(), words)].filter((text) => text !== null)
}

/** What the app may do in the shop is the merchant's affair. */
function returnedText(
  reason: ToldReturn,
  { actor, redemption: its }: Line & Facts,
  words: Wording,
  audience: Audience,
): string {
  const told = toldReturn(reason, { actor, code: null, shownCode: null, ...its })
  return words.say(`detail.returned.${told === 'not-allowed' && audience === 'shopper' ? 'failed' : told}`)
}
