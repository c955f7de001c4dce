import { TextField } from '@shopify/polaris'
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  type NumberRange,
  readTypedNumber,
  showNumber,
  type TypedNumber,
} from '../domain/text/typed-number.ts'
import { toLanguage } from '../i18n/languages.ts'
import { allowedText, numberProblemText } from './number-text.ts'

interface FieldProps {
  label: string
  /** What may be typed: numbers of `app/domain/program/program.ts`, or of the use case behind the form. */
  range: NumberRange
  /** What is counted, for the words of a refusal: "Tage". */
  unit?: string | undefined
  /** Words for what is wrong by the whole form's check; what was typed and cannot be read is named first. */
  error?: string | undefined
  helpText?: ReactNode
  prefix?: string
  suffix?: string
}

interface DecimalProps extends FieldProps {
  /** "1.5", as a document holds it; "" for an empty field; UNREADABLE. */
  value: string
  onChange: (value: string) => void
}

interface WholeProps extends FieldProps {
  /** NaN: empty or unreadable. */
  value: number
  onChange: (value: number) => void
}

/** Stands for what was typed and is no number that the field takes. No document is valid with it. */
export const UNREADABLE = 'unreadable'

/**
 * A number as the merchant's language writes it. Nothing is rewritten while it is typed: what is read stands beside it
 * in previews, and in the field with the language's marks once it is left.
 */
export function DecimalField({ value, onChange, ...field }: DecimalProps) {
  return <NumberField {...field} shown={value} decimalOf={decimalOf} onRead={onChange} />
}

export function WholeField({ value, onChange, ...field }: WholeProps) {
  return (
    <NumberField
      {...field}
      shown={String(value)}
      decimalOf={(read) => String(wholeOf(read))}
      onRead={(text) => onChange(Number(text))}
    />
  )
}

const decimalOf = (read: TypedNumber): string => {
  if (read.kind === 'empty') return ''
  return read.kind === 'number' ? read.decimal : UNREADABLE
}
const wholeOf = (read: TypedNumber): number => (read.kind === 'number' ? Number(read.decimal) : Number.NaN)

interface Props extends FieldProps {
  shown: string
  decimalOf: (read: TypedNumber) => string
  onRead: (value: string) => void
}

function NumberField({ range, unit, error, shown, decimalOf, onRead, ...props }: Props) {
  const { t, i18n } = useTranslation()
  const language = toLanguage(i18n.language)
  const [typed, setTyped] = useState(() => display(shown, language))
  const [left, setLeft] = useState(false)
  const read = readTypedNumber(typed, language, range)
  const stands = decimalOf(read)
  useEffect(() => {
    // Set from outside (discarded, loaded anew): show that. What is being typed stays as it is typed.
    if (stands !== shown) setTyped(display(shown, language))
  }, [shown, stands, language])
  const field = { ...range, unit }
  const problem = () => {
    if (read.kind === 'problem' && (left || error)) {
      return numberProblemText(t, typed, read.problem, field, language)
    }
    return error && read.kind === 'empty'
      ? t('number.empty', { allowed: allowedText(t, field, language) })
      : error
  }
  return (
    <TextField
      {...props}
      autoComplete="off"
      inputMode={range.decimals === 0 ? 'numeric' : 'decimal'}
      value={typed}
      error={problem()}
      onChange={(text) => {
        setTyped(text)
        onRead(decimalOf(readTypedNumber(text, language, range)))
      }}
      onBlur={() => {
        setLeft(true)
        if (read.kind === 'number') setTyped(showNumber(read.decimal, language))
      }}
    />
  )
}

const display = (decimal: string, language: ReturnType<typeof toLanguage>): string =>
  /^\d+(\.\d+)?$/.test(decimal) ? showNumber(decimal, language) : ''
