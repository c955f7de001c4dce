import { FormLayout, TextField } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { LocalText } from '../../domain/document/local-text.ts'
import { visiblePart } from '../../domain/text/visible-text.ts'

interface NameProps {
  /** What is named: "Name der Kampagne". */
  label: string
  value: LocalText
  onChange: (value: LocalText) => void
  /** Words for what is wrong at "de", "en" or "" (both). */
  error: (field: string) => string | undefined
  autoFocus?: boolean
  /** Longest text, and how many lines are seen of it at first. */
  most?: number
  lines?: number
  helpText?: string
}

/** A text in both languages, side by side where there is room. One is enough. */
export function LocalTextFields({
  label,
  value,
  onChange,
  error,
  autoFocus,
  most = 120,
  lines,
  helpText,
}: NameProps) {
  const { t } = useTranslation()
  const field = (language: 'de' | 'en') => (
    <TextField
      label={`${label} (${t(`language.${language}`)})`}
      autoComplete="off"
      maxLength={most}
      multiline={lines ?? false}
      helpText={helpText}
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
  return visiblePart(text) === '' ? rest : { ...rest, [language]: text }
}
