import { Checkbox, FormLayout, Select, Text, TextField } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { Reward } from '../../../domain/rewards/kinds.ts'
import {
  type Limits,
  limitsOf,
  memberLimitOf,
  NO_LIMITS,
  PERIODS,
  STOCK,
  TIMES,
} from '../../../domain/rewards/limits.ts'
import { DecimalField, UNREADABLE, WholeField } from '../../number-field.tsx'
import { TitledCard } from '../../titled-card.tsx'
import { useFormat } from '../../use-format.ts'
import { useShop } from '../../use-shop.ts'
import { rewardLimits } from '../describe.ts'
import type { Section } from '../draft/use-section.ts'

interface Props {
  section: Section<Reward>
  /** Of the reward in the document: "rewards.3". */
  path: string
}

/** How often, how many and when; untouched it says nothing, and the reward has no limits. */
export function LimitsCard({ section, path }: Props) {
  const { t } = useTranslation('rewards')
  const { t: program } = useTranslation('program')
  const format = useFormat()
  const { value, error } = section
  const change = useChangeLimits(section)
  const readable = error(`${path}.limits.offered`) === undefined && !hasUnreadable(section, path)
  const told = readable ? rewardLimits(program, value, format) : []
  return (
    <TitledCard title={t('limits.form.title')}>
      <FormLayout>
        <MemberFields section={section} path={path} />
        <StockField section={section} path={path} />
        <OfferedFields section={section} path={path} />
        <Checkbox
          label={t('limits.form.firstOrder')}
          helpText={t('limits.form.firstOrderHelp')}
          checked={limitsOf(value).firstOrder}
          onChange={(firstOrder) => change({ firstOrder })}
        />
      </FormLayout>
      {told.length > 0 && <Text as="p">{told.join(' · ')}</Text>}
    </TitledCard>
  )
}

const hasUnreadable = ({ error }: Section<Reward>, path: string) =>
  ['offered.start', 'offered.end', 'perMember.times', 'stock'].some((at) => error(`${path}.limits.${at}`))

/** A reward without limits does not have them, as one that was written before there were any. */
function useChangeLimits({ value, set }: Section<Reward>) {
  return (change: Partial<Limits>, oncePerMember = value.oncePerMember) => {
    const { limits: _, ...rest } = value
    const limits = { ...limitsOf(value), ...change }
    const none = Object.entries(NO_LIMITS).every(([key, nothing]) => limits[key as keyof Limits] === nothing)
    set({ ...rest, oncePerMember, ...(none ? {} : { limits }) } as Reward)
  }
}

/** Once ever has a word of its own in the document. */
function MemberFields({ section, path }: Props) {
  const { t } = useTranslation('rewards')
  const change = useChangeLimits(section)
  const limit = memberLimitOf(section.value)
  const choose = (perMember: Limits['perMember']) => {
    const once = perMember !== null && perMember.per === 'ever' && perMember.times === 1
    change({ perMember: once ? null : perMember }, once)
  }
  const options = (['none', ...PERIODS] as const).map((per) => ({
    value: per,
    label: t(`limits.form.per.${per}`),
  }))
  return (
    <FormLayout.Group>
      <Select
        label={t('limits.form.perMember')}
        helpText={t('limits.form.perMemberHelp')}
        options={options}
        value={limit?.per ?? 'none'}
        onChange={(per) => choose(per === 'none' ? null : { times: limit?.times ?? 1, per: per as 'ever' })}
      />
      {limit && (
        <WholeField
          label={t('limits.form.times')}
          value={limit.times}
          onChange={(times) => choose({ ...limit, times })}
          error={section.error(`${path}.limits.perMember.times`)}
          suffix={t('limits.form.timesUnit')}
          unit={t('limits.form.timesUnit')}
          range={TIMES}
        />
      )}
    </FormLayout.Group>
  )
}

function StockField({ section, path }: Props) {
  const { t } = useTranslation('rewards')
  const change = useChangeLimits(section)
  // What cannot be read stays what it is: as a number it would be none, and stored as "empty".
  const read = (text: string) => (text === UNREADABLE ? (text as unknown as number) : Number(text))
  return (
    <DecimalField
      label={t('limits.form.stock')}
      helpText={t('limits.form.stockHelp')}
      value={String(limitsOf(section.value).stock ?? '')}
      onChange={(text) => change({ stock: text === '' ? null : read(text) })}
      error={section.error(`${path}.limits.stock`)}
      suffix={t('limits.form.stockUnit')}
      unit={t('limits.form.stockUnit')}
      range={STOCK}
    />
  )
}

function OfferedFields({ section, path }: Props) {
  const { t } = useTranslation('rewards')
  const { t: program } = useTranslation('program')
  const { timeZone } = useShop()
  const change = useChangeLimits(section)
  const offered = limitsOf(section.value).offered ?? { start: null, end: null, timeZone }
  const at = `${path}.limits.offered`
  const put = (edge: 'start' | 'end', text: string | null) => {
    const next = { ...offered, [edge]: text }
    change({ offered: next.start === null && next.end === null ? null : next })
  }
  const edge = (name: 'start' | 'end') => (
    <TextField
      label={t(`limits.form.${name}`)}
      type="datetime-local"
      autoComplete="off"
      value={offered[name] ?? ''}
      error={section.error(`${at}.${name}`) ?? (name === 'end' ? section.error(at) : undefined)}
      helpText={t(`limits.form.${name}Help`)}
      clearButton
      onClearButtonClick={() => put(name, null)}
      onChange={(text) => put(name, text === '' ? null : text.slice(0, 16))}
    />
  )
  return (
    <>
      <FormLayout.Group>
        {edge('start')}
        {edge('end')}
      </FormLayout.Group>
      <Text as="p" tone="subdued">
        {program('window.zone', { zone: offered.timeZone })}
        {offered.timeZone !== timeZone && ` ${program('window.otherZone', { zone: timeZone })}`}
      </Text>
    </>
  )
}
