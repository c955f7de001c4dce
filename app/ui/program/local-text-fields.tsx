import { FormLayout, TextField } from '@shopify/polaris'
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LocalText } from '../../domain/program.ts'

interface DecimalProps {
  label: string
  /** "1.5", as the document holds it. */
  value: string
  onChange: (value: string) => void
  error?: string | undefined
  helpText?: ReactNode
  prefix?: string
  suffix?: string
  labelHidden?: boolean
  requiredIndicator?: boolean
  autoFocus?: boolean
}

/** A number with the decimal comma or point of the merchant's language; outside it is always "1.5". */
export function DecimalField({ value, onChange, ...props }: DecimalProps) {
  const { i18n } = useTranslation()
  const comma = i18n.language === 'de'
  const [text, setText] = useState(() => shown(value, comma))
  useEffect(() => {
    // Set from outside (discarded, loaded anew): show that. What is being typed stays as it is typed.
    setText((typed) => (read(typed) === value ? typed : shown(value, comma)))
  }, [value, comma])
  return (
    <TextField
      {...props}
      autoComplete="off"
      inputMode="decimal"
      value={text}
      onChange={(typed) => {
        setText(typed)
        onChange(read(typed))
      }}
    />
  )
}

function shown(value: string, comma: boolean): string {
  return comma ? value.replace('.', ',') : value
}

function read(typed: string): string {
  return typed.trim().replace(',', '.')
}

interface WholeProps {
  label: string
  value: number
  onChange: (value: number) => void
  error?: string | undefined
  helpText?: ReactNode
  suffix?: string
  min?: number
  max?: number
}

/** A whole number. What is no number becomes NaN and is named by the check. */
export function WholeField({ value, onChange, ...props }: WholeProps) {
  return (
    <TextField
      {...props}
      type="number"
      inputMode="numeric"
      autoComplete="off"
      value={Number.isNaN(value) ? '' : String(value)}
      onChange={(typed) => onChange(typed.trim() === '' ? Number.NaN : Number(typed))}
    />
  )
}

interface NameProps {
  /** What is named: "Name der Kampagne". */
  label: string
  value: LocalText
  onChange: (value: LocalText) => void
  /** Words for what is wrong at "de", "en" or "" (both). */
  error: (field: string) => string | undefined
  autoFocus?: boolean
}

/** A text in both languages, side by side where there is room. One is enough. */
export function LocalTextFields({ label, value, onChange, error, autoFocus }: NameProps) {
  const { t } = useTranslation()
  const field = (language: 'de' | 'en') => (
    <TextField
      label={`${label} (${t(`language.${language}`)})`}
      autoComplete="off"
      maxLength={120}
      value={value[language] ?? ''}
      error={error(language) ?? (language === 'de' ? error('') : undefined)}
      autoFocus={autoFocus && language === 'de'}
      onChange={(text) => onChange(withText(value, language, text))}
    />
  )
  return (
    <FormLayout.Group>
      {field('de')}
      {field('en')}
    </FormLayout.Group>
  )
}

/** An empty text is no text: the other language stands in for it. */
function withText(value: LocalText, language: 'de' | 'en', text: string): LocalText {
  const { [language]: _before, ...rest } = value
  return text.trim() === '' ? rest : { ...rest, [language]: text }
}
