/**
 * Numbers as people type them. What a reader could take for another number than it becomes is refused, never guessed:
 * "1.000" is a thousand in German and one in English, and a reward's price hangs on it.
 */

/** What a field takes. Either `min` (included) or `above` (excluded) is its lower end. */
export interface NumberRange {
  min?: number
  above?: number
  max: number
  /** Places behind the decimal mark; 0: whole numbers. */
  decimals: number
}

export type NumberProblem =
  | { code: 'unreadable' | 'not-whole' | 'too-many-decimals' | 'too-small' | 'too-large' }
  /** Both decimals ("1.5", "1500") that it may mean. */
  | { code: 'ambiguous'; readings: [string, string] }

export type TypedNumber =
  | { kind: 'empty' }
  /** As a document holds it: "1000.50", whatever the language. */
  | { kind: 'number'; decimal: string }
  | { kind: 'problem'; problem: NumberProblem }

/** Marks of right and left, joiners and what tables put before a number: nobody sees or means them. */
const INVISIBLE = /[\u061c\u200b-\u200f\u2060\ufeff]/g
/** Digits and marks in the width of Chinese and Japanese characters, as their keyboards type them. */
const FULL_WIDTH = /[\uff01-\uff5e]/g

const MARKS = {
  de: { decimal: ',', groups: /^[1-9]\d{0,2}([.'’\s])\d{3}(?:\1\d{3})*$/u },
  en: { decimal: '.', groups: /^[1-9]\d{0,2}([,'’\s])\d{3}(?:\1\d{3})*$/u },
} as const
/** A language whose marks are known. */
export type NumberLanguage = keyof typeof MARKS

/**
 * Reads what was typed into a field by the marks of the reader's language. Groups of three may be set apart by the
 * language's mark, by any space or by the Swiss apostrophe.
 */
export function readTypedNumber(typed: string, language: NumberLanguage, range: NumberRange): TypedNumber {
  const text = typed
    .replace(INVISIBLE, '')
    .replace(FULL_WIDTH, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .trim()
  if (text === '') return { kind: 'empty' }
  const negative = /^[-−–]/u.test(text)
  const parts = splitNumber(negative ? text.slice(1).trim() : text, language)
  if (!parts) return problem({ code: 'unreadable' })
  const wrong = placesProblem(parts, range.decimals)
  if (wrong) return problem(wrong)
  const fraction = parts.fraction.slice(0, range.decimals)
  const decimal = `${parts.whole}${fraction && `.${fraction}`}`
  const code = rangeProblem(negative ? -Number(decimal) : Number(decimal), range)
  return code ? problem({ code }) : { kind: 'number', decimal }
}

const problem = (found: NumberProblem): TypedNumber => ({ kind: 'problem', problem: found })

interface Parts {
  /** Digits without groups and leading zeros; "0" where nothing stands before the mark. */
  whole: string
  fraction: string
}

function splitNumber(text: string, language: NumberLanguage): Parts | null {
  const { decimal, groups } = MARKS[language]
  const [whole = '', fraction = '', ...more] = text.split(decimal)
  if (more.length > 0 || !/^\d*$/.test(fraction) || whole + fraction === '') return null
  if (!/^\d*$/.test(whole) && !groups.test(whole)) return null
  return { whole: whole.replace(/\D/g, '').replace(/^0+(?=\d)/, '') || '0', fraction }
}

/** Three places that end in 0 where nobody writes so many are the groups of the other language. */
function placesProblem({ whole, fraction }: Parts, decimals: number): NumberProblem | null {
  const likeGroup = decimals !== 3 && /^[1-9]\d{0,2}$/.test(whole) && /^\d\d0$/.test(fraction)
  if (likeGroup) {
    return { code: 'ambiguous', readings: [String(Number(`${whole}.${fraction}`)), whole + fraction] }
  }
  if (!/[1-9]/.test(fraction.slice(decimals))) return null
  return { code: decimals === 0 ? 'not-whole' : 'too-many-decimals' }
}

function rangeProblem(value: number, { min, above, max }: NumberRange): 'too-small' | 'too-large' | null {
  if (value > max) return 'too-large'
  if (min !== undefined && value < min) return 'too-small'
  return above !== undefined && value <= above ? 'too-small' : null
}

/** A decimal of a document ("1000.50") as the reader would type it: "1.000,50". The inverse of `readTypedNumber`. */
export function showNumber(decimal: string, language: NumberLanguage): string {
  const places = decimal.split('.')[1]?.length ?? 0
  return new Intl.NumberFormat(language, { minimumFractionDigits: places, maximumFractionDigits: 20 }).format(
    decimal as Intl.StringNumericLiteral,
  )
}
