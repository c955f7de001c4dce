import { List, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { Program } from '../../domain/program.ts'
import { inLocale } from '../../domain/program.ts'
import { type ProgramChange, programChanges } from '../../domain/program-changes.ts'
import { type Format, useFormat } from '../use-format.ts'
import { expiryText } from './describe.ts'

/** What publishing changes, one line for each thing, with the old and the new value where both are short. */
export function ChangeList({ before, after }: { before: Program; after: Program }) {
  const { t } = useTranslation('program')
  const format = useFormat()
  const changes = programChanges(before, after)
  if (changes.length === 0) {
    return (
      <Text as="p" tone="subdued">
        {t('change.none')}
      </Text>
    )
  }
  return (
    <List>
      {changes.map((change) => (
        <List.Item key={`${change.part}-${change.id ?? ''}-${change.kind}`}>
          {changeText(change, t, format)}
        </List.Item>
      ))}
    </List>
  )
}

type T = ReturnType<typeof useTranslation<'program'>>['t']

function changeText(change: ProgramChange, t: T, format: Format): string {
  const { part, kind, id, before, after, fields = [] } = change
  if (id) {
    const { name } = (after ?? before) as { name: Program['name'] }
    return t(`change.${part}.${kind}`, {
      name: inLocale(name, format.language),
      fields: fields.map((field) => fieldText(field, before, after, t, format)).join(', '),
    })
  }
  if (fields.length > 0) {
    return t(`change.${part}.general`, {
      fields: fields.map((field) => fieldText(field, before, after, t, format)).join(', '),
    })
  }
  return t(`change.part.${part}`, {
    before: shortText(before, t, format),
    after: shortText(after, t, format),
  })
}

/** "Faktor: 2 → 3"; for what is not short, only its name. */
function fieldText(field: string, before: unknown, after: unknown, t: T, format: Format): string {
  const label = t(`change.field.${field}`, { defaultValue: field })
  const [old, now] = [before, after].map((item) => (item as Record<string, unknown> | undefined)?.[field])
  const short = (value: unknown) => ['string', 'number'].includes(typeof value)
  return short(old) && short(now)
    ? t('change.fromTo', { label, before: shortText(old, t, format), after: shortText(now, t, format) })
    : label
}

function shortText(value: unknown, t: T, format: Format): string {
  if (typeof value === 'number') return format.number(value)
  if (typeof value === 'string') {
    if (/^\d+(\.\d+)?$/.test(value)) return format.decimal(value)
    return t(`change.value.${value}`, { defaultValue: value })
  }
  if (value && typeof value === 'object') {
    if ('kind' in value) return expiryText(t, value as Program['expiry'])
    if ('de' in value || 'en' in value) {
      const text = value as Record<string, string | { many: string } | undefined>
      const shown = text[format.language] ?? text.de ?? text.en
      return typeof shown === 'object' ? shown.many : (shown ?? '')
    }
  }
  return ''
}
