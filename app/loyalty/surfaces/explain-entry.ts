import { inLocale } from '../../domain/document/local-text.ts'
import type { OrderWhy } from '../../domain/earning/order-why.ts'
import { bookedText } from '../../domain/rewards/kinds.ts'
import { REDACTED } from '../../domain/text/redacted.ts'
import type { Wording } from '../../wording.ts'
import { type ReturnReason, toldReturn } from '../rewards/redemption-record.ts'
import { calculation, leftOut, money, nameOf, qualifying } from './order-words.ts'
import { type HistoryLine, refundedIn } from './read-history.ts'

/** One line of a history in words: a short title, and why it is so many points, step by step. */
export interface ExplainedEntry {
  title: string
  detail: string[]
}

type Audience = 'shopper' | 'merchant'

/**
 * Puts a line of the history into words. Pure.
 * @param audience merchants also read who booked it and by which version; shoppers read nothing of that
 * @param viewer who reads it, as an actor: what she booked herself is told so
 */
export function explainEntry(
  line: HistoryLine,
  words: Wording,
  audience: Audience = 'shopper',
  viewer?: string,
): ExplainedEntry {
  const { earlier } = line
  const detail = earlier ? [words.say('detail.earlier')] : []
  detail.push(...detailsOf(line, words, audience), ...debtDetails(line, words))
  if (line.reason === REDACTED) detail.push(words.say('detail.redacted'))
  else if (line.reason) detail.push(words.say('detail.reason', { reason: line.reason }))
  if (audience === 'merchant') {
    const fileName = line.fileName ?? line.credit?.fileName ?? null
    if (fileName !== null) detail.push(words.say('detail.file', { name: fileName }))
    if (isByHand(line)) detail.push(actorText(line.actor, words, viewer))
    if (line.kind === 'order' && line.programVersion !== null && line.movedAway === null)
      detail.push(words.say('detail.version', { version: line.programVersion }))
  }
  const title = titleOf(line, words)
  return { title: earlier ? words.say('title.earlier', { title }) : title, detail }
}

/** Somebody asked for it; all else follows from orders and days. */
function isByHand({ kind, part, redemption }: HistoryLine): boolean {
  if (kind === 'redemption') return part === 'release' && redemption?.returnReason === 'cancelled'
  return kind === 'adjustment' || kind === 'reinstatement' || kind === 'import'
}

/** Staff are Shopify's: we know their number. */
function actorText(actor: string, words: Wording, viewer?: string): string {
  if (actor === viewer) return words.say('detail.you')
  if (actor === 'shopper') return words.say('detail.shopper')
  const number = /^staff:(.+)$/.exec(actor)?.[1]
  return number ? words.say('detail.staff', { number }) : words.say('detail.actor', { actor })
}

function titleOf(line: HistoryLine, words: Wording): string {
  const values = {
    order: line.order?.name ?? line.sourceId,
    reward: line.redemption ? inLocale(line.redemption.rewardName, words.locale) : '',
    points: words.points(line.moved),
    date: line.credit ? words.date(line.credit.at.getTime()) : '',
  }
  if (line.award) return words.say(`sources:${line.award.source}.${line.part}`)
  const key = titleKey(line)
  return words.say(`title.${words.has(`title.${key}`) ? key : 'other'}`, values)
}

function titleKey(line: HistoryLine): string {
  const sign = line.points < 0 ? 'minus' : 'plus'
  switch (line.kind) {
    case 'order':
      return orderTitle(line)
    case 'redemption':
      return redemptionTitle(line)
    case 'adjustment':
      if (line.undoes === null) return `adjustment-${sign}`
      return line.credit ? `undo-${sign}-of` : `undo-${sign}`
    case 'dispute':
      return `dispute-${line.part}`
    case 'expiry': // a posting for each lot: one order or one credit
      if (line.order) return 'expiry-of-order'
      return line.credit ? `expiry-of-${line.credit.kind}` : 'expiry'
    case 'merge': // by its side: a debt that comes along is less than nothing
      return line.part === 'out' ? 'merge-out' : 'merge-in'
    case 'import':
      return line.points < 0 ? 'import-undone' : 'import'
    default:
      return line.kind
  }
}

function redemptionTitle({ part, again, redemption }: HistoryLine): string {
  if (again) return 'redemption-reserve-again'
  return part === 'capture' && redemption?.code === null ? 'redemption-given' : `redemption-${part}`
}

function orderTitle({ why, points, before, refundedBefore, movedAway }: HistoryLine): string {
  if (movedAway !== null) return movedAway === 'off-customer' ? 'order-taken-off' : 'order-moved'
  if (why === null || !before) return points < 0 ? 'order-lowered' : 'order'
  if (why.zero !== null && why.zero !== 'test') return `order-${why.zero}`
  if (points > 0) return 'order-raised'
  return refundedIn(why.out) > refundedBefore ? 'order-refunded' : 'order-lowered'
}

function detailsOf(line: HistoryLine, words: Wording, audience: Audience): string[] {
  switch (line.kind) {
    case 'order':
      return [...orderDetails(line, words), ...waitingDetails(line, words)]
    case 'maturity':
      return [words.say('detail.matured', { points: words.points(line.moved) })]
    case 'dispute':
      return [
        words.say(line.part === 'freeze' ? 'detail.frozen' : 'detail.unfrozen', {
          points: words.points(line.moved),
        }),
      ]
    case 'claim':
      return claimDetails(line, words)
    case 'merge':
      return [words.say(`detail.merge-${line.part}`)]
    case 'redemption':
      return redemptionDetails(line, words, audience)
    case 'expiry':
    case 'reinstatement':
      return lapseDetails(line, words)
    case 'adjustment':
      return lifeDetails(line, words)
    case 'import':
      return line.credit ? [earnedText(line, line.credit.at.getTime(), words)] : lifeDetails(line, words)
    case 'award':
      return awardDetails(line, words)
    default:
      return []
  }
}

function claimDetails({ claimed }: HistoryLine, words: Wording): string[] {
  if (claimed === null) return []
  const { orders, pending } = claimed
  const lines: string[] = []
  if (orders.length > 0)
    lines.push(words.say('detail.claim-orders', { count: orders.length, orders: orders.join(', ') }))
  if (pending > 0) lines.push(words.say('detail.claim-pending', { points: words.points(pending) }))
  return lines
}

function lapseDetails(line: HistoryLine, words: Wording): string[] {
  const { kind, lapse, credit } = line
  if (lapse === null) return []
  const { on, earnedAt, warnedAt } = lapse
  const lines = [earnedText(line, earnedAt, words)]
  if (credit?.reason && credit.reason !== REDACTED)
    lines.push(words.say('detail.credit-reason', { reason: credit.reason }))
  if (on !== null) lines.push(words.say(`detail.valid.${kind}`, { date: words.day(on) }))
  if (warnedAt !== null) lines.push(words.say('detail.warned', { date: words.date(warnedAt) }))
  return lines
}

function lifeDetails({ life }: HistoryLine, words: Wording): string[] {
  if (life === null) return []
  const { on, idleMonths } = life
  const lines = idleMonths === null ? [] : [words.say('detail.idle', { count: idleMonths })]
  const valid = idleMonths === null ? 'given' : 'given-at-least'
  if (on !== null) lines.push(words.say(`detail.valid.${valid}`, { date: words.day(on) }))
  return lines
}

/** What the points came from, and when. */
function earnedText({ order, credit }: HistoryLine, earnedAt: number, words: Wording): string {
  const from = order ? 'earned-with' : credit ? `credit-${credit.kind}` : 'expired-lot'
  return words.say(`detail.${from}`, { date: words.date(earnedAt), order: order?.name ?? '' })
}

function awardDetails({ award, moved }: HistoryLine, words: Wording): string[] {
  if (!award?.because) return []
  const lines = [words.say(`sources:because.${award.because}`)]
  if (moved < award.of) lines.push(words.say('sources:partly', { points: words.points(award.of - moved) }))
  return lines
}

function waitingDetails({ status, availableAt, disputed }: HistoryLine, words: Wording): string[] {
  if (status === 'available') return []
  if (disputed) return [words.say('detail.pending-disputed')]
  if (!availableAt) return [words.say('detail.pending-undated')]
  return [words.say('detail.pending', { date: words.date(availableAt.getTime()) })]
}

function redemptionDetails(line: HistoryLine, words: Wording, audience: Audience): string[] {
  const { redemption, part } = line
  if (!redemption) return []
  const { code, orderName, returnReason } = redemption
  const named = code === null ? [] : [words.say('detail.code-used', { code })]
  if (part === 'release' || part === 'return') {
    const because = returnReason ? [returnedText(returnReason, line.actor, code, words, audience)] : []
    return [...because, ...named]
  }
  if (code === null) {
    const booked = redemption.status === 'used' ? bookedText(redemption.reward, words) : null
    return booked === null ? [] : [booked]
  }
  if (line.again && orderName) return [words.say('detail.again', { order: orderName }), ...named]
  if (orderName) return [words.say('detail.used-in', { code, order: orderName })]
  return [words.say('detail.code', { code, date: words.date(redemption.endsAt.getTime()) })]
}

/** What the app may do in the shop is the merchant's affair. */
function returnedText(
  reason: ReturnReason,
  actor: string,
  code: string | null,
  words: Wording,
  audience: Audience,
): string {
  const told = toldReturn(reason, { actor, code })
  return words.say(`detail.returned.${told === 'not-allowed' && audience === 'shopper' ? 'failed' : told}`)
}

/** A joined account hands its debt on: there nothing is settled by that, and nothing more was taken back. */
function debtDetails({ kind, part, repaid, owed }: HistoryLine, words: Wording): string[] {
  const joins = kind === 'merge' || kind === 'claim'
  const lines: string[] = []
  if (repaid > 0 && !(joins && part === 'out'))
    lines.push(words.say('detail.repaid', { points: words.points(repaid) }))
  if (owed > 0)
    lines.push(words.say(joins ? 'detail.owed-before' : 'detail.owed', { points: words.points(owed) }))
  return lines
}

function orderDetails(line: HistoryLine, words: Wording): string[] {
  const { why, points, movedAway } = line
  if (movedAway !== null) return [words.say(`detail.${movedAway}`)]
  if (why === null) return []
  const before = line.before ?? 0
  const then = { points: words.points(why.points), before: words.number(before) }
  if (why.zero === 'history')
    return [
      words.say('detail.taken-back', { date: words.date(line.bookedAt.getTime()) }),
      words.say('detail.zero.history', then),
    ]
  if (why.zero !== null) return [words.say(`detail.zero.${why.zero}`, then)]
  const value = money(qualifying(why), why, words)
  const lines: string[] = []
  if (before > 0)
    lines.push(words.say(points < 0 ? 'detail.now-worth' : 'detail.now-worth-more', { value, ...then }))
  return [...lines, ...tierChange(why, line, words), ...calculation(why, line, words), ...leftOut(why, words)]
}

/** The order itself is as it was: one of her other orders is not. */
function tierChange(why: OrderWhy, { before, tierBefore, names }: HistoryLine, words: Wording): string[] {
  if (!before || tierBefore === undefined || tierBefore?.id === why.tier?.id) return []
  const tier = nameOf(why.tier?.id, names?.tiers, words)
  return [words.say('detail.tier-changed', { tier, before: nameOf(tierBefore?.id, names?.tiers, words) })]
}
