import { readShopOften } from '../../db/db.server.ts'
import { inLocale } from '../../domain/document/local-text.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import { aboutCause, donationOf, type Reward, rewardWorth } from '../../domain/rewards/kinds.ts'
import { refusalText } from '../../domain/rewards/limits.ts'
import { type OfferMoment, type RewardOffer, rewardOffers } from '../../domain/rewards/offers.ts'
import { giftsOf, isChosen } from '../../domain/rewards/price.ts'
import { DomainError, isDomainError } from '../../domain/text/errors.ts'
import type { Locale, Wording } from '../../wording.ts'
import { togetherText } from '../causes/cause-text.ts'
import { givenTo } from '../causes/cause-totals.ts'
import { cancelCode } from '../codes/cancel-code.ts'
import { isClaiming } from '../members/claim-guest-points.ts'
import { joinTickets, type MemberCode } from '../members/member-codes.ts'
import {
  findMember,
  NEW_MEMBER,
  readCode,
  readShownMember,
  type ShownMember,
} from '../members/read-member.ts'
import { keptTitles } from '../program/campaign-titles.ts'
import { programInForce } from '../program/programs.ts'
import { redeemReward } from '../rewards/redeem-reward.ts'
import { soldOutRewards } from '../rewards/sold-out.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { describeReward, programWording, waysToEarn } from './describe-program.ts'
import type { HistoryLine } from './entries.ts'
import { explainEntry } from './explain-entry.ts'
import { type MembershipView, memberProgress, membershipView, rewardMember } from './membership-view.ts'
import { panelCode, type Told } from './panel/panel-code.ts'
import { readHistory } from './read-history.ts'

/** What a shopper sees when she opens the points panel. All texts are in her language. */
export interface Shopper {
  shop: Shop
  /** Shopify's id in digits; null: nobody is signed in. */
  customerId: string | null
  locale: Locale
  /** Epoch milliseconds. */
  now: number
}

export interface PanelReward {
  id: string
  name: string
  description: string
  /** The least that it costs. */
  cost: number
  /** Of a price that she chooses; `worth`: decimal money for one step. */
  choice?: { most: number; step: number; worth: string }
  /** Of what one is free: the variants, where she has to choose. */
  variants?: { id: string; name: string }[]
  affordable: boolean
  missing: number
  available: boolean
  reason: RewardOffer['reason']
  /** The reason in her words, where the panel has none of its own. */
  why: string | null
  /** Of a good cause: what it is, what was given to it so far, and the link to where that is proved. */
  about: string | null
  proof: { href: string; text: string } | null
}

export interface PanelHistoryItem {
  /** ISO 8601. */
  at: string
  text: string
  points: number
  status: HistoryLine['status']
  detail: string[]
}

const HISTORY_PAGE = 10

/** The panel's first page. */
export function readPanel(shopper: Shopper) {
  const { shop, customerId, locale, now } = shopper
  return readShopOften(shop.shopId, async (tx) => {
    const program = await programInForce(tx, shop, new Date(now))
    const words = programWording(locale, shop, program)
    const member = customerId === null ? null : await readShownMember(tx, shop.shopId, customerId)
    const soldOut = await soldOutRewards(tx, shop.shopId, program)
    const given = await givenTo(tx, shop.shopId, causesIn(program?.rewards.values()))
    const titles = program && (await keptTitles(tx, shop.shopId))
    const told = { ...words, titles }
    const common = {
      rewards: program ? panelRewards(program, member, told, { now, soldOut, given }) : [],
      ways: program ? waysToEarn(program, words, now, titles) : [],
      ...(program ? { pointName: program.document.pointName } : {}),
    }
    if (customerId === null) return { signedIn: false as const, ...common }
    const page = member
      ? await readHistory(tx, { shopId: shop.shopId, accountId: member.accountId, limit: HISTORY_PAGE })
      : { lines: [], next: null }
    return {
      signedIn: true as const,
      member: panelMember(program, member, { now, soldOut }),
      // Points of guest orders, or for opening the account, may be on their way: Shopify is being asked about her.
      claiming: await isClaiming(tx, shop.shopId, customerId, now, program?.sources.has('sign-up') ?? false),
      ...common,
      codes: joinTickets(member?.codes ?? [])
        .filter(({ status }) => status !== 'uncovered')
        .map((code) => panelCode(code, shop, words, { program, given, now })),
      history: page.lines.map((line) => panelHistoryItem(line, words)),
      nextPage: page.next,
    }
  })
}

/** An older page of the history. `after` is the `nextPage` of the page before. */
export function readPanelHistory(shopper: Shopper & { customerId: string }, after: string | null) {
  const { shop, customerId, locale, now } = shopper
  return readShopOften(shop.shopId, async (tx) => {
    const words = programWording(locale, shop, await programInForce(tx, shop, new Date(now)))
    const found = await findMember(tx, shop.shopId, customerId)
    if (!found) return { history: [], nextPage: null }
    const query = { shopId: shop.shopId, accountId: found.accountId, after, limit: HISTORY_PAGE }
    const page = await readHistory(tx, query)
    return { history: page.lines.map((line) => panelHistoryItem(line, words)), nextPage: page.next }
  })
}

/** One code with the balance beside it; `redemption` is null for a code that is not this customer's. */
export function readPanelCode(shopper: Shopper & { customerId: string }, redemptionId: string) {
  const { shop, customerId, locale, now } = shopper
  return readShopOften(shop.shopId, async (tx) => {
    const code = await readCode(tx, shop.shopId, customerId, redemptionId)
    const program = await programInForce(tx, shop, new Date(now))
    const words = programWording(locale, shop, program)
    const member = await readShownMember(tx, shop.shopId, customerId)
    const soldOut = await soldOutRewards(tx, shop.shopId, program)
    const given = await givenTo(tx, shop.shopId, causesIn(code ? [code.reward] : []))
    const redemption = code && panelCode(code, shop, words, { program, given, now })
    return { redemption, member: panelMember(program, member, { now, soldOut }) }
  })
}

/**
 * Turns points into a code. The answer carries the new balance; the code is usable once its status is `ready`.
 * @throws DomainError as redeemReward; member-unknown becomes not-enough-points: she just has none yet
 */
export async function redeemInPanel(
  shopper: Shopper & { customerId: string },
  wish: Pick<
    Parameters<typeof redeemReward>[0],
    'rewardId' | 'price' | 'worth' | 'variant' | 'requestKey' | 'actor'
  >,
) {
  const { shop, customerId, now } = shopper
  try {
    const redemption = await redeemReward({ shop, customerId, now, ...wish })
    return await readPanelCode(shopper, String(redemption.redemptionId))
  } catch (error) {
    if (isDomainError(error, 'member-unknown')) throw new DomainError('not-enough-points', error.message)
    throw error
  }
}

/**
 * Takes an open code back. The answer carries the new balance, and the code as it is then: `returned`, or `ending` while
 * Shopify cannot be asked.
 * @throws DomainError code-unknown, code-used, code-on-order
 */
export async function giveBackInPanel(
  shopper: Shopper & { customerId: string },
  redemptionId: string,
  actor = 'shopper',
) {
  const { shop, customerId, now } = shopper
  await cancelCode({ shop, customerId, redemptionId, actor, now })
  return readPanelCode(shopper, redemptionId)
}

/**
 * Balance, tier and the next goals, codes that can be used now (the earliest end first) and rewards that the points
 * suffice for: for checkout, account and till. `member` is null for an anonymous buyer.
 */
export function readMembership({ shop, customerId, locale, now }: Shopper) {
  return readShopOften(shop.shopId, async (tx) => {
    const program = await programInForce(tx, shop, new Date(now))
    const pointName = program ? { pointName: program.document.pointName } : {}
    if (customerId === null) return { member: null, codes: [], rewards: [], ...pointName }
    const member = await readShownMember(tx, shop.shopId, customerId)
    const words = programWording(locale, shop, program)
    const soldOut = await soldOutRewards(tx, shop.shopId, program)
    const given = new Map<string, string>()
    const titles = program && (await keptTitles(tx, shop.shopId))
    const told = { ...words, titles }
    const offers = program ? panelRewards(program, member, told, { now, soldOut, given }) : []
    return {
      member: panelMember(program, member, { now, soldOut }),
      codes: usableCodes(member, now).map((code) => panelCode(code, shop, words, { program, given, now })),
      rewards: offers
        .filter(({ available, affordable }) => available && affordable)
        .map(({ id, name, description, cost }) => ({ id, name, description, cost })),
      ...pointName,
    }
  })
}

/** What the checkout would take: neither a code that is still being made, nor one whose day is over or that people take. */
function usableCodes(member: ShownMember | null, now: number): MemberCode[] {
  return (member?.codes ?? [])
    .filter(({ code, status, endsAt }) => code !== null && status === 'ready' && endsAt.getTime() > now)
    .toSorted((a, b) => a.endsAt.getTime() - b.endsAt.getTime())
}

/** Who has an account with the shop but no points yet sees zeros, not a closed door. */
function panelMember(
  program: CompiledProgram | null,
  member: ShownMember | null,
  { now, soldOut }: Pick<OfferMoment, 'now' | 'soldOut'>,
): MembershipView {
  return membershipView(program, member ?? NEW_MEMBER, now, soldOut)
}

function panelRewards(
  program: CompiledProgram,
  member: ShownMember | null,
  words: Wording,
  { now, soldOut, given }: Pick<OfferMoment, 'now' | 'soldOut'> & Pick<Told, 'given'>,
): PanelReward[] {
  const facts = member ?? NEW_MEMBER
  const tierId = memberProgress(program, facts, now).current?.id ?? null
  const moment = { now, timeZone: program.timeZone, soldOut }
  return rewardOffers(program, rewardMember(facts, tierId), moment).map((offer) => ({
    id: offer.reward.id,
    name: inLocale(offer.reward.name, words.locale),
    description: describeReward(program, offer.reward, words),
    cost: offer.price.least,
    ...choiceOf(offer),
    ...variantsOf(offer, words),
    affordable: offer.affordable,
    missing: offer.missing,
    available: offer.available,
    reason: offer.reason,
    why: refusalText(offer, words),
    ...causeOf(offer.reward, given, words),
  }))
}

const causesIn = (rewards: Iterable<Reward> = []): string[] =>
  [...rewards].filter((reward) => donationOf(reward) !== null).map(({ id }) => id)

function causeOf(reward: Reward, given: Told['given'], words: Wording): Pick<PanelReward, 'about' | 'proof'> {
  const cause = aboutCause(reward, words)
  const about = [cause?.text, togetherText(given.get(reward.id), words)].filter(Boolean).join(' ')
  const proof = cause?.proof ? { href: cause.proof, text: words.say('rewards:donation.proof') } : null
  return { about: about || null, proof }
}

function choiceOf({ reward, price: { most, step } }: RewardOffer): Pick<PanelReward, 'choice'> {
  const worth = rewardWorth(reward)
  return isChosen(reward) && worth !== null ? { choice: { most, step, worth } } : {}
}

/** Where there is one alone, nothing is to be chosen. */
function variantsOf({ reward }: RewardOffer, { titles }: Wording): Pick<PanelReward, 'variants'> {
  const gifts = giftsOf(reward)
  if (gifts.length < 2) return {}
  return { variants: gifts.map((id) => ({ id, name: titles?.[`variants/${id}`] ?? `#${id}` })) }
}

function panelHistoryItem(line: HistoryLine, words: Wording): PanelHistoryItem {
  const { title, detail } = explainEntry(line, words)
  return { at: line.at.toISOString(), text: title, points: line.points, status: line.status, detail }
}
