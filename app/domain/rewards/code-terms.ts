import { moneyText, whole } from '../document/document-fields.ts'
import type { Words } from '../document/words.ts'
import { addDaysToDate, localDate, startOfDate } from '../time/time-window.ts'
import { combines, combineTexts } from './combines.ts'
import { goodForTexts, goods, purchases } from './goods.ts'
import type { TermField, TermsOf } from './kind.ts'

/** What every reward has that is a discount code: from what purchase on, and for how long. */

export const VALID_DAYS = { min: 1, max: 730, decimals: 0 } as const

const terms = {
  minimumSpend: moneyText.nullable(),
  /** Days the code can be used after redeeming; the points come back when it lapses unused. */
  validDays: whole(VALID_DAYS),
  /** Left out: as usual for what the discount takes off. */
  combines: combines.optional(),
}
export type CodeTerms = TermsOf<typeof terms>

/** What a code of money or a share has beside that: what it is good for. */
const ofGoods = { goods: goods.optional(), purchases: purchases.optional() }
export type GoodsCodeTerms = TermsOf<typeof terms & typeof ofGoods>

const fields: { [T in keyof typeof terms]: TermField } = {
  minimumSpend: { as: 'money', optional: true, label: 'code.minimumSpend', card: 'conditions' },
  validDays: { as: 'days', ...VALID_DAYS, label: 'code.validDays', card: 'conditions' },
  combines: { as: 'combines', label: 'code.combines', card: 'conditions' },
}

const blank: CodeTerms = { minimumSpend: null, validDays: 30 }

export const CODE = { terms, fields, blank, spent: 'with-order' } as const

export const GOODS_CODE = {
  ...CODE,
  terms: { ...terms, ...ofGoods },
  fields: {
    ...fields,
    goods: { as: 'goods', label: 'goods.label' },
    purchases: { as: 'purchases', label: 'purchases.label' },
  } satisfies { [T in keyof (typeof terms & typeof ofGoods)]: TermField },
} as const

/** "ab 30,00 € Einkaufswert", "30 Tage gültig" */
export function codeConditions(terms: CodeTerms & Partial<GoodsCodeTerms>, words: Words): string[] {
  const { minimumSpend, validDays, combines } = terms
  const from =
    minimumSpend === null ? [] : [words.say('rewards:code.from', { amount: words.money(minimumSpend) })]
  return [
    ...goodForTexts(terms, words),
    ...from,
    words.say('rewards:code.valid', { count: validDays }),
    ...combineTexts(combines, words),
  ]
}

/**
 * The last second (epoch ms) of a code that is taken at `at`: some days later, at the end of that day in the zone, as
 * "valid until 30 December" is read.
 */
export function codeEndsAt({ validDays }: Pick<CodeTerms, 'validDays'>, at: number, zone: string): number {
  const dayAfter = addDaysToDate(localDate(at, zone), validDays + 1)
  return startOfDate(dayAfter, zone) - 1_000
}
