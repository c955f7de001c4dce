import { useParams, useSearchParams } from '@remix-run/react'
import { FormLayout, Text, TextField } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { MULTIPLIER_LIMITS } from '../../../domain/document/document-fields.ts'
import type { Campaign } from '../../../domain/earning/campaigns.ts'
import type { Program } from '../../../domain/program/program.ts'
import { DecimalField } from '../../number-field.tsx'
import { TitledCard } from '../../titled-card.tsx'
import { useFormat } from '../../use-format.ts'
import { useShop } from '../../use-shop.ts'
import { clockNote, windowText } from '../describe.ts'
import { MissingPage } from '../draft/missing-page.tsx'
import { SectionPage } from '../draft/section-page.tsx'
import { useItem, useStart } from '../draft/use-item.ts'
import type { Section } from '../draft/use-section.ts'
import { CampaignBadges } from '../item-badges.tsx'
import { LocalTextFields } from '../local-text-fields.tsx'
import { PreviewCard } from '../preview-card.tsx'
import { ScopeField } from '../scope-field.tsx'
import { TierChoice } from '../tiers/tier-choice.tsx'

const LIST = '/app/program/campaigns'

export function CampaignPage() {
  const { id = 'new' } = useParams()
  const [search] = useSearchParams()
  const { timeZone } = useShop()
  const blank: Campaign = {
    id: '',
    name: {},
    multiplier: '2',
    scope: { kind: 'all' },
    tiers: [],
    window: { start: null, end: null, timeZone },
  }
  const start = useStart('campaigns', id, search.get('copy'), blank)
  return start ? <CampaignForm key={id + search} id={id} start={start} /> : <MissingPage list="campaigns" />
}

function CampaignForm({ id, start }: { id: string; start: Campaign }) {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const { section, remove, isNew, gone, title, path } = useItem('campaigns', id, start)
  if (gone && !section.dirty) return <MissingPage list="campaigns" />
  return (
    <SectionPage
      title={isNew ? t('campaigns.new') : title}
      titleMetadata={isNew ? undefined : <CampaignBadges campaign={start} />}
      isNew={isNew}
      back={{ label: t('campaigns.title'), to: LIST }}
      section={section}
      shows={(issue) => issue.startsWith(`${path}.`)}
      secondaryActions={
        isNew ? [] : [{ content: common('action.duplicate'), url: `${LIST}/new?copy=${id}` }, remove.action]
      }
      aside={<PreviewCard document={section.document} scope={section.value.scope} />}
    >
      <WhatCard section={section} path={path} />
      <WhoCard section={section} path={path} document={section.document} />
      <WhenCard section={section} path={path} />
      {remove.dialog}
    </SectionPage>
  )
}

interface CardProps {
  section: Section<Campaign>
  path: string
}

function WhatCard({ section, path }: CardProps) {
  const { t } = useTranslation('program')
  const { value, update, error } = section
  return (
    <TitledCard title={t('campaigns.what')}>
      <FormLayout>
        <LocalTextFields
          label={t('campaigns.name')}
          value={value.name}
          onChange={(name) => update({ name })}
          error={(field) => error(field ? `${path}.name.${field}` : `${path}.name`)}
        />
        <DecimalField
          label={t('campaigns.multiplier')}
          value={value.multiplier}
          onChange={(multiplier) => update({ multiplier })}
          error={error(`${path}.multiplier`)}
          range={MULTIPLIER_LIMITS}
          prefix="×"
          helpText={t('campaigns.multiplierHelp')}
        />
      </FormLayout>
    </TitledCard>
  )
}

function WhoCard({ section, path, document }: CardProps & { document: Program }) {
  const { t } = useTranslation('program')
  const { value, update, error } = section
  return (
    <TitledCard title={t('campaigns.forWhat')} gap="400">
      <ScopeField
        kinds={['all', 'collections', 'products', 'tags']}
        value={value.scope}
        onChange={(scope) => update({ scope: scope as Campaign['scope'] })}
        error={error(`${path}.scope`) ?? error(`${path}.scope.ids`) ?? error(`${path}.scope.tags`)}
      />
      <TierChoice
        document={document}
        value={value.tiers}
        onChange={(tiers) => update({ tiers })}
        error={error(`${path}.tiers`)}
      />
    </TitledCard>
  )
}

function WhenCard({ section, path }: CardProps) {
  const { t } = useTranslation('program')
  const format = useFormat()
  const { timeZone } = useShop()
  const { value, update, error } = section
  const help = (name: 'start' | 'end') => {
    const note = error(`${path}.window.${name}`) ? null : clockNote(t, value.window, name)
    return [t(`window.${name}Help`), note].filter(Boolean).join(' ')
  }
  const edge = (name: 'start' | 'end') => (
    <TextField
      label={t(`window.${name}`)}
      type="datetime-local"
      autoComplete="off"
      value={value.window[name] ?? ''}
      error={error(`${path}.window.${name}`) ?? (name === 'end' ? error(`${path}.window`) : undefined)}
      helpText={help(name)}
      clearButton
      onClearButtonClick={() => update({ window: { ...value.window, [name]: null } })}
      onChange={(text) =>
        update({ window: { ...value.window, [name]: text === '' ? null : text.slice(0, 16) } })
      }
    />
  )
  const readable = section.error(`${path}.window`) === undefined && !error(`${path}.window.start`)
  return (
    <TitledCard title={t('window.title')}>
      <FormLayout>
        <FormLayout.Group>
          {edge('start')}
          {edge('end')}
        </FormLayout.Group>
      </FormLayout>
      <Text as="p" tone="subdued">
        {t('window.zone', { zone: value.window.timeZone })}
        {value.window.timeZone !== timeZone && ` ${t('window.otherZone', { zone: timeZone })}`}
      </Text>
      {readable && <Text as="p">{windowText(t, value.window, format)}</Text>}
    </TitledCard>
  )
}
