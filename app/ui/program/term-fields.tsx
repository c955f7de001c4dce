import { useTranslation } from 'react-i18next'
import type { TermField } from '../../domain/rewards/kind.ts'
import { kindOf, type Reward } from '../../domain/rewards/kinds.ts'
import { DecimalField, WholeField } from '../number-field.tsx'
import { useShop } from '../use-shop.ts'
import { moneyRange } from './ranges.ts'
import type { Section } from './use-section.ts'

interface Props {
  section: Section<Reward>
  /** Of the reward in the document: "rewards.3". */
  path: string
}

/** The fields of what only this kind of reward has, drawn from what the kind says of them. */
export function TermFields({ section, path }: Props) {
  const fields = Object.entries(kindOf(section.value.kind).fields)
  return fields.map(([term, field]) => (
    <Term key={term} term={term} field={field} section={section} path={path} />
  ))
}

function Term({ term, field, section, path }: Props & { term: string; field: TermField }) {
  const { t } = useTranslation('rewards')
  const { currency } = useShop()
  const { value, set } = section
  const shared = {
    label: t(`${value.kind}.term.${term}` as never) as string,
    onChange: (typed: unknown) => set({ ...value, [term]: typed } as Reward),
    error: section.error(`${path}.${term}`),
  }
  const typed = (value as unknown as Record<string, unknown>)[term]
  if (field.as === 'money')
    return <DecimalField {...shared} value={typed as string} range={moneyRange(currency)} suffix={currency} />
  const range = { min: field.min, max: field.max, decimals: 0 }
  return <WholeField {...shared} value={typed as number} range={range} suffix="%" unit={t('percents')} />
}
