import { ChoiceList } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { inLocale } from '../../../domain/document/local-text.ts'
import type { Program } from '../../../domain/program/program.ts'
import { useFormat } from '../../use-format.ts'

interface Props {
  document: Program
  value: string[]
  onChange: (ids: string[]) => void
  error?: string | undefined
}

/** For whom something is: everybody, or members of the chosen tiers. Nothing where the program has no tiers. */
export function TierChoice({ document, value, onChange, error }: Props) {
  const { t } = useTranslation('program')
  const format = useFormat()
  const known = document.tiers.levels.map((level) => ({
    value: level.id,
    label: inLocale(level.name, format.language),
  }))
  // A tier that is gone stays visible, so that it can be taken out.
  const gone = value
    .filter((id) => !known.some((level) => level.value === id))
    .map((id) => ({ value: id, label: id }))
  if (known.length + gone.length === 0) return null
  return (
    <ChoiceList
      allowMultiple
      title={t('tierChoice.title')}
      selected={value}
      onChange={onChange}
      choices={[...known, ...gone]}
      {...(error && { error })}
    />
  )
}
