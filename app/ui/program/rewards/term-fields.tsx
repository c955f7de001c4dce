import { FormLayout, TextField } from '@shopify/polaris'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { LocalText } from '../../../domain/document/local-text.ts'
import type { TermField } from '../../../domain/rewards/kind.ts'
import { kindOf, type Reward, termKey } from '../../../domain/rewards/kinds.ts'
import { DecimalField, UNREADABLE, WholeField } from '../../number-field.tsx'
import { useFormat } from '../../use-format.ts'
import { useShop } from '../../use-shop.ts'
import type { Section } from '../draft/use-section.ts'
import { LocalTextFields } from '../local-text-fields.tsx'
import { moneyRange } from '../ranges.ts'

interface Props {
  section: Section<Reward>
  /** Of the reward in the document: "rewards.3". */
  path: string
  card?: TermField['card']
}

const APART = ['combines', 'goods', 'purchases', 'variants'] as const
type Typed = Exclude<TermField, { as: (typeof APART)[number] }>

const isTyped = (field: TermField): field is Typed => !APART.includes(field.as as 'combines')

/** Those that are typed in; others have a part of the form of their own. */
const fieldsOf = ({ kind }: Reward, card: TermField['card']) =>
  Object.entries(kindOf(kind).fields).flatMap(([term, field]): [string, Typed][] =>
    field.card === card && isTyped(field) ? [[term, field]] : [],
  )

/**
 * The fields of what only this kind of reward has, drawn from what the kind says of them, and what belongs beside them.
 * They are the group's own children: only those stand side by side.
 */
export function TermFields({ section, path, card, children }: Props & { children?: ReactNode }) {
  const fields = fieldsOf(section.value, card)
  // A group of nothing would be a gap.
  if (fields.length === 0 && !children) return null
  return (
    <FormLayout.Group>
      {fields.map(([term, field]) => (
        <Term key={term} term={term} field={field} section={section} path={path} />
      ))}
      {children}
    </FormLayout.Group>
  )
}

function Term({ term, field, section, path }: Props & { term: string; field: Typed }) {
  const { t, i18n } = useTranslation('rewards')
  const { currency } = useShop()
  const { language } = useFormat()
  const { value, set, document } = section
  const { pointName } = document
  const key = termKey(value.kind, term)
  const helpText = i18n.exists(`${key}Help`, { ns: 'rewards' }) ? (t(`${key}Help` as never) as string) : ''
  const shared = {
    label: t(key as never) as string,
    error: section.error(`${path}.${term}`),
    ...(helpText && { helpText }),
  }
  const change = (typed: unknown) => set({ ...value, [term]: typed } as Reward)
  const typed = (value as unknown as Record<string, unknown>)[term]
  if (field.as === 'text')
    return (
      <LocalTextFields
        label={shared.label}
        value={(typed ?? {}) as LocalText}
        onChange={change}
        error={(part) => section.error(part ? `${path}.${term}.${part}` : `${path}.${term}`)}
        most={field.max}
        lines={3}
        helpText={helpText}
      />
    )
  if (field.as === 'link') {
    const onChange = (link: string) => change(link.trim() === '' ? null : link.trim())
    return (
      <TextField
        {...shared}
        type="url"
        autoComplete="off"
        placeholder="https://"
        maxLength={field.max}
        value={(typed ?? '') as string}
        onChange={onChange}
      />
    )
  }
  if (field.as === 'money') {
    const onChange = (amount: string) => change(field.optional && amount === '' ? null : amount)
    const amount = { value: (typed ?? '') as string, onChange }
    return <DecimalField {...shared} {...amount} range={moneyRange(currency)} suffix={currency} />
  }
  const range = { min: field.min, max: field.max, decimals: 0 }
  const units = {
    days: t('days'),
    pieces: t('pieces'),
    percent: t('percents'),
    points: pointName[language].many,
  }
  const unit = units[field.as]
  const whole = { range, unit, suffix: field.as === 'percent' ? '%' : unit }
  if (!field.optional) return <WholeField {...shared} {...whole} value={typed as number} onChange={change} />
  // What cannot be read stays what it is: as a number it would be none, and stored as "empty".
  const numberOf = (read: string) => (read === UNREADABLE ? read : Number(read))
  const onChange = (read: string) => change(read === '' ? null : numberOf(read))
  return <DecimalField {...shared} {...whole} value={String(typed ?? '')} onChange={onChange} />
}
