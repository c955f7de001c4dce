import { FormLayout, Select } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { CYCLES, type GoodFor, PURCHASES, type Purchases } from '../../../domain/rewards/goods.ts'
import { kindOf, type Reward } from '../../../domain/rewards/kinds.ts'
import { DecimalField, UNREADABLE } from '../../number-field.tsx'
import type { Section } from '../draft/use-section.ts'
import { ScopeField } from '../scope-field.tsx'

interface Props {
  section: Section<Reward>
  /** Of the reward in the document: "rewards.3". */
  path: string
}

/** Of a reward that is a code: which goods it takes something off, and how they are bought. Untouched it says nothing. */
export function GoodForFields({ section, path }: Props) {
  const { value } = section
  const change = useChange(section)
  if (!('goods' in kindOf(value.kind).fields)) return null
  const { goods } = value as GoodFor
  const at = [`${path}.goods`, `${path}.goods.ids`, `${path}.goods.ids.0`]
  return (
    <>
      <ScopeField
        kinds={['all', 'collections', 'products']}
        value={goods ?? { kind: 'all' }}
        onChange={(scope) => change('goods', 'ids' in scope ? scope : undefined)}
        error={at.map((one) => section.error(one)).find(Boolean)}
      />
      <PurchasesFields section={section} path={path} />
    </>
  )
}

/** What is as usual is not there, as in a reward that was written before it could be chosen. */
function useChange({ value, set }: Section<Reward>) {
  return (term: keyof GoodFor, chosen: unknown) => {
    const { [term]: _, ...rest } = value as GoodFor
    set({ ...rest, ...(chosen !== undefined && { [term]: chosen }) } as Reward)
  }
}

function PurchasesFields({ section, path }: Props) {
  const { t } = useTranslation('rewards')
  const change = useChange(section)
  const { purchases } = section.value as GoodFor
  const choose = (of: (typeof PURCHASES)[number]) =>
    change('purchases', of === 'once' ? undefined : { cycles: purchases ? purchases.cycles : 1, of })
  // What cannot be read stays what it is: as a number it would be none, and stored as "empty".
  const read = (text: string) => (text === UNREADABLE ? (text as unknown as number) : Number(text))
  const count = ({ of }: Purchases, text: string) =>
    change('purchases', { of, cycles: text === '' ? null : read(text) })
  return (
    <FormLayout.Group>
      <Select
        label={t('purchases.label')}
        helpText={t('purchases.help')}
        options={PURCHASES.map((of) => ({ value: of, label: t(`purchases.form.${of}`) }))}
        value={purchases?.of ?? 'once'}
        onChange={(of) => choose(of as 'once')}
      />
      {purchases && (
        <DecimalField
          label={t('purchases.cycles')}
          helpText={t('purchases.cyclesHelp')}
          value={String(purchases.cycles ?? '')}
          onChange={(text) => count(purchases, text)}
          error={section.error(`${path}.purchases.cycles`)}
          suffix={t('purchases.cyclesUnit')}
          unit={t('purchases.cyclesUnit')}
          range={CYCLES}
        />
      )}
    </FormLayout.Group>
  )
}
