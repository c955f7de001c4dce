import { z } from 'zod'
import { withShop } from '../../db/db.server.ts'
import { previewCart as evaluateCart } from '../../domain/earning/evaluate-order.ts'
import { decimalToScaled } from '../../domain/money/decimal.ts'
import { currencyExponent, toMinor } from '../../domain/money/money.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import { DomainError } from '../../domain/text/errors.ts'
import { logger } from '../../logger.server.ts'
import { seldom } from '../../seldom.ts'
import { localeOf } from '../../wording.ts'
import { usesLabels } from '../labels/label-orders.ts'
import { type LookUp, lookUpLabels, NO_LABELS, type ProductLabels } from '../labels/product-labels.ts'
import { findMember, NEW_MEMBER, readMemberFacts } from '../members/read-member.ts'
import { programInForce } from '../program/programs.ts'
import { programWording } from './describe-program.ts'
import { memberProgress } from './membership-view.ts'
import type { Shopper } from './read-panel.ts'

const MOST_LINES = 500

const RATE_DECIMALS = 9
const AMOUNT = /^\d{1,10}(\.\d{1,4})?$/

const cart = z.object({
  currency: z.string().regex(/^[A-Z]{3}$/),
  lines: z
    .array(
      z.object({
        /** "gid://shopify/Product/1", or the digits. */
        productId: z.string().regex(/^(gid:\/\/shopify\/Product\/)?\d{1,18}$/),
        /** Decimal text after discounts. */
        amount: z.string().regex(AMOUNT),
      }),
    )
    .max(MOST_LINES),
  /** What is known so far beside the lines, as decimal text: shipping after discounts, and all tax that is not in prices. */
  shipping: z.string().regex(AMOUNT).optional(),
  tax: z.string().regex(AMOUNT).optional(),
  /** How much of the shop's currency is one of `currency`, where that is another. */
  rate: z
    .string()
    .regex(/^\d{1,6}(\.\d{1,9})?$/)
    .optional(),
  locale: z.string().max(20).optional(),
})
export type CartQuestion = z.infer<typeof cart>

/** @throws DomainError invalid-payload */
export function parseCart(text: string): CartQuestion {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new DomainError('invalid-payload', 'the cart is not JSON')
  }
  const parsed = cart.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new DomainError(
    'invalid-payload',
    `the cart is not readable: ${issue?.path.join('.')} ${issue?.message}`,
  )
}

/** Why an order can earn more, or why nobody knows yet. */
export type PreviewGap = 'shipping' | 'tax' | 'duties' | 'products' | 'items' | 'currency'

export interface CartPreview {
  /** Null: in another currency, and nobody said what that is worth. */
  points: number | null
  /** What is missing in `points`, which the order may bring on top; empty: it earns just that. */
  missing: PreviewGap[]
  /** What is missing in words; null: nothing. */
  reason: string | null
  /** All of it in words. */
  text: string
}

/**
 * What a cart would earn if it were ordered now; anybody may ask. What the program counts and the question does not tell
 * makes it "at least", and so do products that are too many to look up. Money in another currency is counted by the rate
 * that comes with it, or not at all.
 * @throws DomainError program-missing, invalid-amount
 */
export async function previewCart(shopper: Shopper & LookUp, question: CartQuestion): Promise<CartPreview> {
  const { shop, customerId, locale, now } = shopper
  const { program, tierId } = await withShop(shop.shopId, async (tx) => {
    const inForce = await programInForce(tx, shop, new Date(now))
    if (!inForce) throw new DomainError('program-missing', `shop ${shop.shopId} has no program yet`)
    const found = customerId === null ? null : await findMember(tx, shop.shopId, customerId)
    const facts = found && (await readMemberFacts(tx, shop.shopId, [found.accountId])).get(found.accountId)
    const progress = memberProgress(inForce, facts ?? NEW_MEMBER, now)
    return { program: inForce, tierId: progress.current?.id ?? null }
  })
  const words = programWording(question.locale ? localeOf(question.locale) : locale, shop, program)
  const foreign = question.currency !== shop.currency
  if (foreign && question.rate === undefined) {
    const text = words.say('preview.currency', { currency: shop.currency })
    return { points: null, missing: ['currency'], reason: text, text }
  }
  const inShop = (amount: string) => toShopMoney(amount, question, shop.currency)
  const known = (amount: string | undefined) => (amount === undefined ? undefined : inShop(amount))
  const lines = question.lines.map(({ productId, amount }) => ({
    productId: productId.split('/').pop() as string,
    amount: inShop(amount),
  }))
  const { labels, ...unread } = await lookUpLabels(
    shop.shopId,
    lines.map((line) => line.productId),
    shopper,
  )
  if (unread.tooMany.length > 0) notLookedUp({ shopId: shop.shopId, products: unread.tooMany.length })
  const skipped = new Set(unread.tooMany)
  const unknown = (productId: string) => (skipped.has(productId) ? UNCOUNTED : NO_LABELS)
  const worth = evaluateCart(program, {
    lines: lines.map((line) => ({ ...line, ...(labels.get(line.productId) ?? unknown(line.productId)) })),
    shipping: known(question.shipping),
    taxOnTop: shop.taxesIncluded ? 0 : known(question.tax),
    at: now,
    tierId,
  })
  const missing = gapsOf(program, question, { ...worth, ...unread }, shop.taxesIncluded)
  const points = words.points(worth.points)
  const sentence = foreign ? 'about' : missing.length > 0 ? 'at-least' : 'earn'
  const told = words.say(`preview.${sentence}`, { points })
  const reason = missing.map((gap) => words.say(`preview.missing.${gap}`)).join(' ') || null
  return { points: worth.points, missing, reason, text: reason === null ? told : `${told} ${reason}` }
}

/** Minor units of the shop's currency, cut. */
function toShopMoney(amount: string, { currency, rate }: CartQuestion, shopCurrency: string): number {
  if (rate === undefined || currency === shopCurrency) return toMinor(amount, shopCurrency)
  const [asked, exchange] = [toMinor(amount, currency), decimalToScaled(rate, RATE_DECIMALS)]
  const shift = currencyExponent(shopCurrency) - currencyExponent(currency) - RATE_DECIMALS
  const product = BigInt(asked) * BigInt(exchange)
  return Number(shift >= 0 ? product * 10n ** BigInt(shift) : product / 10n ** BigInt(-shift))
}

function gapsOf(
  program: CompiledProgram,
  question: CartQuestion,
  found: { atLeast: boolean; tooMany: string[]; unanswered: string[] },
  taxesIncluded: boolean,
): PreviewGap[] {
  if (question.lines.length === 0) return []
  const counted = countedBesides(program, taxesIncluded)
  const gaps: [PreviewGap, boolean][] = [
    ['shipping', counted.includes('shipping') && question.shipping === undefined],
    ['tax', counted.includes('tax') && (question.tax === undefined || found.atLeast)],
    ['duties', counted.includes('duties')],
    ['products', found.unanswered.length > 0 && usesLabels(program)],
    ['items', found.tooMany.length > 0],
  ]
  return gaps.filter(([, open]) => open).map(([gap]) => gap)
}

/** What counts beside the goods and is not part of their prices. */
export function countedBesides(
  { counts }: Pick<CompiledProgram, 'counts'>,
  taxesIncluded: boolean,
): Extract<PreviewGap, 'shipping' | 'tax' | 'duties'>[] {
  const counted = { shipping: counts.shipping, tax: counts.taxOnTop && !taxesIncluded, duties: counts.duties }
  return (['shipping', 'tax', 'duties'] as const).filter((gap) => counted[gap])
}

/** It may be a gift card, which earns nothing: what is said to be the least has to be that. */
const UNCOUNTED: ProductLabels = { ...NO_LABELS, giftCard: true }

const notLookedUp = seldom((facts) =>
  logger.warn(facts, 'carts have more unknown products than are looked up'),
)
