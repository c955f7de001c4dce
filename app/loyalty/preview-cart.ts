import { z } from 'zod'
import { withShop } from '../db.server.ts'
import { DomainError } from '../domain/errors.ts'
import { previewCart as evaluateCart } from '../domain/evaluate-order.ts'
import { toMinor } from '../domain/money.ts'
import { logger } from '../logger.server.ts'
import type { AdminGraphql } from '../shopify/ask-admin.ts'
import { localeOf } from '../wording.ts'
import { programWording } from './describe-program.ts'
import { memberProgress } from './membership-view.ts'
import { type ProductLabels, readProductLabels } from './product-labels.ts'
import { programInForce } from './program-store.ts'
import { findMember, NEW_MEMBER, readMemberFacts } from './read-member.ts'
import type { Shopper } from './read-panel.ts'

const MOST_LINES = 500

const cart = z.object({
  currency: z.string().regex(/^[A-Z]{3}$/),
  lines: z
    .array(
      z.object({
        /** "gid://shopify/Product/1", or the digits. */
        productId: z.string().regex(/^(gid:\/\/shopify\/Product\/)?\d{1,18}$/),
        /** Decimal text after discounts. */
        amount: z.string().regex(/^\d{1,10}(\.\d{1,4})?$/),
      }),
    )
    .max(MOST_LINES),
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

/**
 * What a cart would earn if it were ordered now. A cart in another currency than the shop's cannot be judged before
 * Shopify has converted it: it earns 0 here and everything once it is an order.
 * @throws DomainError program-missing, invalid-amount
 */
export async function previewCart(
  { shop, customerId, locale, now }: Shopper,
  question: CartQuestion,
  admin: () => Promise<AdminGraphql>,
): Promise<{ points: number; text: string }> {
  const { program, tierId } = await withShop(shop.shopId, async (tx) => {
    const inForce = await programInForce(tx, shop, new Date(now))
    if (!inForce) throw new DomainError('program-missing', `shop ${shop.shopId} has no program yet`)
    const found = customerId === null ? null : await findMember(tx, shop.shopId, customerId)
    const facts = found && (await readMemberFacts(tx, shop.shopId, [found.accountId])).get(found.accountId)
    const progress = memberProgress(inForce, facts ?? NEW_MEMBER, now)
    return { program: inForce, tierId: progress.current?.id ?? null }
  })
  const words = programWording(question.locale ? localeOf(question.locale) : locale, shop, program)
  const answer = (points: number) => ({
    points,
    text: words.say('preview.earn', { points: words.points(points) }),
  })
  if (question.currency !== shop.currency) return answer(0)
  const lines = question.lines.map(({ productId, amount }) => ({
    productId: productId.split('/').pop() as string,
    amount: toMinor(amount, shop.currency),
  }))
  const labels = await labelsOf(
    shop.shopId,
    lines.map((line) => line.productId),
    admin,
  )
  const worth = evaluateCart(program, {
    lines: lines.map((line) => ({ ...line, ...(labels.get(line.productId) ?? NO_LABELS) })),
    at: now,
    tierId,
  })
  return answer(worth.points)
}

const NO_LABELS: ProductLabels = { collections: [], tags: [], giftCard: false }

/** Shopify out of reach: the preview shows what is certain without campaigns on collections and tags. */
async function labelsOf(shopId: number, productIds: string[], admin: () => Promise<AdminGraphql>) {
  try {
    return await readProductLabels(shopId, productIds, admin)
  } catch (error) {
    logger.warn(
      { shopId, reason: error instanceof Error ? error.message : 'no answer' },
      'product labels not read',
    )
    return new Map<string, ProductLabels>()
  }
}
