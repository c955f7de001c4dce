import { readShop } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import { inLocale } from '../../domain/document/local-text.ts'
import { dayThatHolds, type GivenLife, lifeOfGiven } from '../../domain/expiry/expiry.ts'
import { fromMinor } from '../../domain/money/money.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import { bookedText, lapseText } from '../../domain/rewards/kinds.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { customerContact } from '../../shopify/customer-names.ts'
import type { Locale, Wording } from '../../wording.ts'
import { canTakeBack } from '../codes/take-back.ts'
import { numbersText } from '../draws/ticket-text.ts'
import { NO_ACTIVITY, readActivity } from '../expiry/activity.ts'
import {
  findMember,
  type Member,
  type MemberFacts,
  type MemberLot,
  NEW_MEMBER,
  readMember,
} from '../members/read-member.ts'
import type { ToldCredit } from '../members/told-credits.ts'
import { currentProgram } from '../program/programs.ts'
import { soldOutRewards } from '../rewards/sold-out.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { programWording } from './describe-program.ts'
import { gaveText } from './entries/by-hand.ts'
import { entryOf, type HistoryLine } from './entries.ts'
import { explainEntry } from './explain-entry.ts'
import { memberLapses, memberProgress, membershipView } from './membership-view.ts'
import { readOrdersWithoutPoints } from './orders-without-points.ts'
import { readDebt } from './read-debt.ts'
import { readHistory } from './read-history.ts'

/** One line of the merchant's view of a history; all texts in the merchant's language. */
export interface MemberHistoryItem {
  postingId: number
  at: Date
  /** When the book wrote it, if that was on a later day than it happened; null: then. */
  bookedAt: Date | null
  title: string
  detail: string[]
  points: number
  /** How many changed place, whatever the sign; 0 where another line has told it. */
  moved: number
  pending: boolean
  after: { available: number; pending: number }
  /** An adjustment that can still be taken back. */
  undoable: boolean
  /** Points that lapsed and can still be given back. */
  reinstatable: boolean
  undone: boolean
  /** What it is about, as far as Shopify has a page for it. */
  order: { id: string; name: string } | null
}

/** Points that are about to lapse, by their last valid day. */
export interface MemberLapse {
  on: string
  points: number
  /** When the member was told; null: not yet. */
  toldAt: number | null
}

export interface MemberTierView {
  current: { id: string; name: string } | null
  next: { name: string /** "120.00", "300", "3" */; missing: string } | null
  basis: 'spend' | 'points' | 'orders'
  window: CompiledProgram['ladder']['window']
  /** As `missing`: money as decimal text, else a whole number. */
  sum: string
  /** 0 to 1 towards `next`. */
  progress: number
  levels: { id: string; name: string; threshold: string; reached: boolean }[]
}

const HISTORY_PAGE = 25

/**
 * A member's page. Null when neither we nor Shopify know the number; while Shopify is silent, a member of ours is
 * shown all the same, without a name.
 * @param viewer the actor who looks at it
 */
export async function openMemberPage(
  shop: Shop,
  graphql: AdminGraphql,
  asked: string,
  language: Locale,
  now: number,
  viewer?: string,
) {
  const member = await readMemberPage(shop, asked, { language, now, viewer })
  const contact = await customerContact(graphql, member.customerId)
  if (!member.known && !contact) return null
  return {
    member,
    contact: contact ?? null,
    gone: contact === undefined,
    merged: member.customerId !== asked,
  }
}

/** Everything but the name, which only Shopify knows. A customer without points sees zeros. */
function readMemberPage(
  shop: Shop,
  customerId: string,
  { language, now, viewer }: { language: Locale; now: number; viewer: string | undefined },
) {
  return readShop(shop.shopId, async (tx) => {
    const program = await currentProgram(tx, shop)
    const words = programWording(language, shop, program)
    const member = await readMember(tx, shop.shopId, customerId)
    const facts: MemberFacts = member ?? NEW_MEMBER
    const page = member
      ? await readHistory(tx, {
          shopId: shop.shopId,
          accountId: member.accountId,
          limit: HISTORY_PAGE,
          bookkeeping: true,
        })
      : { lines: [], next: null }
    const { nextReward } = membershipView(program, facts, now, await soldOutRewards(tx, shop.shopId, program))
    return {
      customerId: member?.customerId ?? customerId,
      known: member !== null,
      since: member?.since ?? null,
      balance: facts.balance,
      debt: member ? await readDebt(tx, shop.shopId, member, words) : null,
      earned: member?.earned ?? 0,
      earnedBesideOrders: member?.earnedBesideOrders ?? 0,
      redeemed: member?.redeemed ?? 0,
      nextReward: nextReward?.missing
        ? { name: inLocale(nextReward.name, language), missing: nextReward.missing }
        : null,
      hasRewards: program ? program.rewards.size > 0 : false,
      tier: program && program.ladder.levels.length > 0 ? tierView(program, facts, language, now) : null,
      lots: (member ? await lotsWithTheirDay(tx, shop, program, member, now) : []).map(
        ({ credit, ...lot }) => ({ ...lot, from: creditText(credit, words) }),
      ),
      givenNow: givenNow(program, now),
      lapses: program ? lapsesOf(program, facts, now) : [],
      codes: (member?.codes ?? []).map(({ rewardName, reward, ...code }) => ({
        ...code,
        kind: reward.kind,
        made: code.tickets ? numbersText(code.tickets, words) : bookedText(reward, words),
        revocable: canTakeBack({ ...code, reward }, program?.rewards.get(code.rewardId), now),
        lapse: lapseText(reward, code.createdAt.getTime(), words),
        rewardName: inLocale(rewardName, language),
      })),
      history: page.lines.map((line) => historyItem(line, words, viewer)),
      nextPage: page.next,
      withoutPoints: await readOrdersWithoutPoints(tx, shop.shopId, customerId, words),
    }
  })
}

export interface MemberHistoryPage {
  history: MemberHistoryItem[]
  /** Cursor of the older page; null on the last. */
  nextPage: string | null
}

/** Older lines of the same history. */
export function readMemberHistory(
  shop: Shop,
  customerId: string,
  language: Locale,
  after: string | null,
  viewer?: string,
): Promise<MemberHistoryPage> {
  return readShop(shop.shopId, async (tx) => {
    const words = programWording(language, shop, await currentProgram(tx, shop))
    const found = await findMember(tx, shop.shopId, customerId)
    if (!found) return { history: [], nextPage: null }
    const page = await readHistory(tx, {
      shopId: shop.shopId,
      accountId: found.accountId,
      after,
      limit: HISTORY_PAGE,
      bookkeeping: true,
    })
    return { history: page.lines.map((line) => historyItem(line, words, viewer)), nextPage: page.next }
  })
}

function historyItem(line: HistoryLine, words: Wording, viewer?: string): MemberHistoryItem {
  const { title, detail } = explainEntry(line, words, 'merchant', viewer)
  const entry = entryOf(line.kind)
  const undo = entry.undo?.of(line)
  return {
    postingId: line.postingId,
    at: line.at,
    bookedAt:
      words.date(line.bookedAt.getTime()) !== words.date(line.at.getTime()) && line.bookedAt > line.at
        ? line.bookedAt
        : null,
    title,
    detail,
    points: line.points,
    moved: entry.told?.(line) ? 0 : line.moved,
    pending: line.status === 'pending',
    after: line.after,
    undoable: undo === 'take-back',
    reinstatable: undo === 'give-back',
    undone: undo === 'undone',
    order: line.order,
  }
}

/** Each lot with the day that holds under the rule in force: the one that the warning names, however late it came. */
async function lotsWithTheirDay(
  tx: Tx,
  { shopId }: Shop,
  program: CompiledProgram | null,
  { accountId, lots, lapsing }: Member,
  now: number,
): Promise<MemberLot[]> {
  if (!program) return lots
  const { expiry, timeZone } = program
  const active = expiry.kind === 'after-inactivity' ? await readActivity(tx, shopId, [accountId]) : null
  const known = { warnings: lapsing.warnings, activity: active?.get(accountId) ?? NO_ACTIVITY }
  return lots.map((lot) => {
    const day = dayThatHolds(expiry, { ...lot, earnedAt: lot.earnedAt.getTime() }, known, now, timeZone)
    return { ...lot, expiresOn: day }
  })
}

/** Of points of no order: what they are for; null: a credit, or nobody can tell. */
function creditText(credit: ToldCredit | null, words: Wording): string | null {
  if (credit?.source) return gaveText(credit.source, words)
  return credit?.kind === 'import' ? words.say('title.import') : null
}

/** How long points would last that somebody gives by hand now. */
function givenNow(program: CompiledProgram | null, now: number): GivenLife | null {
  return program && lifeOfGiven(program.expiry, now, program.timeZone)
}

function lapsesOf(program: CompiledProgram, facts: MemberFacts, now: number): MemberLapse[] {
  const sent = new Map(facts.lapsing.warnings.map(({ warningId, sentAt }) => [warningId, sentAt]))
  return memberLapses(program, facts, now).map(({ on, points, warningIds }) => {
    const times = warningIds.map((warningId) => sent.get(warningId) ?? null)
    return { on, points, toldAt: times.includes(null) ? null : Math.max(...(times as number[])) }
  })
}

function tierView(
  program: CompiledProgram,
  facts: MemberFacts,
  language: Locale,
  now: number,
): MemberTierView {
  const { ladder } = program
  const progress = memberProgress(program, facts, now)
  const amount = (value: number) =>
    ladder.basis === 'spend' ? fromMinor(value, ladder.currency) : String(value)
  return {
    current: progress.current && { id: progress.current.id, name: inLocale(progress.current.name, language) },
    next: progress.next && { name: inLocale(progress.next.name, language), missing: progress.missingText },
    basis: ladder.basis,
    window: ladder.window,
    sum: amount(progress.sum),
    progress: progress.progress,
    levels: ladder.levels.map((level) => ({
      id: level.id,
      name: inLocale(level.name, language),
      threshold: amount(level.threshold),
      reached: progress.sum >= level.threshold,
    })),
  }
}

export type MemberPageView = Awaited<ReturnType<typeof readMemberPage>>
