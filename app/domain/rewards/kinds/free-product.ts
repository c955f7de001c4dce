import { z } from 'zod'
import { shopifyId, whole } from '../../document/document-fields.ts'
import { goodsNames } from '../../document/titles.ts'
import { codeConditions, codeEndsAt, VALID_DAYS } from '../code-terms.ts'
import { combines } from '../combines.ts'
import { MOST_VARIANTS } from '../goods.ts'
import { rewardKind } from '../kind.ts'

/**
 * One piece of what the shop sells: of one variant, or of the one that the member chooses among several. What she takes
 * is a code over its price of that moment, on this variant alone.
 */
export const freeProduct = rewardKind({
  kind: 'free-product',
  spent: 'with-order',
  terms: {
    /** Shopify's numbers of the variants to choose from. */
    variants: z.array(shopifyId).min(1).max(MOST_VARIANTS),
    validDays: whole(VALID_DAYS),
    combines: combines.optional(),
  },
  fields: {
    variants: { as: 'variants', max: MOST_VARIANTS },
    validDays: { as: 'days', ...VALID_DAYS, label: 'code.validDays', card: 'conditions' },
    combines: { as: 'combines', label: 'code.combines', card: 'conditions' },
  },
  blank: { variants: [], validDays: 30 },
  gift: ({ variants }) => variants,
  taken: ({ validDays, combines }, _steps, _currency, gift) => {
    if (!gift) throw new Error('Nobody knows what the gift costs')
    return {
      kind: 'amount-off',
      amount: gift.price,
      minimumSpend: null,
      validDays,
      goods: { kind: 'variants', ids: [gift.variant] },
      ...(combines && { combines }),
    }
  },
  worth: () => null,
  text: ({ variants }, words) => {
    const scope = { kind: 'variants', ids: variants } as const
    const names = goodsNames(scope, words.titles ?? null, words, 'disjunction')
    const key = variants.length > 1 ? 'choice' : 'text'
    return names === null
      ? words.say(`rewards:free-product.${key}`)
      : words.say(`rewards:free-product.${key}Named`, { names })
  },
  conditions: ({ validDays, combines }, words) => [
    words.say('rewards:free-product.upTo'),
    ...codeConditions({ minimumSpend: null, validDays, combines }, words),
  ],
  endsAt: codeEndsAt,
})
