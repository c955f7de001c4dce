import { useParams, useSearchParams } from '@remix-run/react'
import { Badge, BlockStack, Card, FormLayout, Text, TextField } from '@shopify/polaris'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { type Campaign, inLocale, type Program } from '../domain/program.ts'
import { useDeleteItem } from '../ui/program/delete-item.tsx'
import { campaignStatus, freeId, windowText } from '../ui/program/describe.ts'
import { EmptyCard } from '../ui/program/empty-card.tsx'
import { DecimalField, LocalTextFields } from '../ui/program/fields.tsx'
import { PreviewCard } from '../ui/program/preview-card.tsx'
import { ScopeField } from '../ui/program/scope-field.tsx'
import { SectionPage } from '../ui/program/section-page.tsx'
import { TierChoice } from '../ui/program/tier-choice.tsx'
import { useDraft, useProgram } from '../ui/program/use-program.ts'
import { type Section, useSection } from '../ui/program/use-section.ts'
import { useFormat } from '../ui/use-format.ts'
import { useShop } from '../ui/use-shop.ts'

const LIST = '/app/program/campaigns'

export default function CampaignPage() {
  const { t } = useTranslation('program')
  const { id = 'new' } = useParams()
  const [search] = useSearchParams()
  const { campaigns } = useDraft().document
  const { timeZone } = useShop()
  const template = campaigns.find((campaign) => campaign.id === (id === 'new' ? search.get('copy') : id))
  if (id !== 'new' && !template) return <EmptyCard title={t('missing.title')} text={t('missing.text')} />
  const blank: Campaign = {
    id: '',
    name: {},
    multiplier: '2',
    scope: { kind: 'all' },
    tiers: [],
    window: { start: null, end: null, timeZone },
  }
  const copied = template && { ...template, id: '', name: copyName(template.name) }
  const initial = id === 'new' ? (copied ?? blank) : (template as Campaign)
  return <CampaignForm key={id + search} id={id} initial={initial} />
}

/** "Double stars (2)": the same in every language. */
function copyName(name: Campaign['name']): Campaign['name'] {
  return {
    ...(name.de && { de: `${name.de} (2)` }),
    ...(name.en && { en: `${name.en} (2)` }),
  }
}

function CampaignForm({ id, initial }: { id: string; initial: Campaign }) {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const { document: draft } = useDraft()
  const { now } = useProgram()
  const format = useFormat()
  const isNew = id === 'new'
  const index = isNew ? draft.campaigns.length : draft.campaigns.findIndex((campaign) => campaign.id === id)
  const toPatch = useCallback(
    (campaign: Campaign) => {
      const others = draft.campaigns.filter((other) => other.id !== id)
      const taken = ['new', ...others.map((other) => other.id)]
      const named = {
        ...campaign,
        id: isNew ? freeId(campaign.name.en ?? campaign.name.de ?? '', 'campaign', taken) : id,
      }
      return {
        campaigns: isNew
          ? [...others, named]
          : draft.campaigns.map((other) => (other.id === id ? named : other)),
      }
    },
    [draft.campaigns, id, isNew],
  )
  const section = useSection(initial, toPatch, { goTo: LIST, startDirty: isNew })
  const remove = useDeleteItem(
    inLocale(initial.name, format.language),
    { campaigns: draft.campaigns.filter((other) => other.id !== id) },
    LIST,
  )
  const status = campaignStatus(section.value, now)
  const path = `campaigns.${index}`
  return (
    <SectionPage
      title={isNew ? t('campaigns.new') : inLocale(initial.name, format.language)}
      titleMetadata={
        isNew ? undefined : (
          <Badge tone={status === 'running' ? 'success' : undefined}>{t(`campaigns.status.${status}`)}</Badge>
        )
      }
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
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('campaigns.what')}
        </Text>
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
            prefix="×"
            helpText={t('campaigns.multiplierHelp')}
          />
        </FormLayout>
      </BlockStack>
    </Card>
  )
}

function WhoCard({ section, path, document }: CardProps & { document: Program }) {
  const { t } = useTranslation('program')
  const { value, update, error } = section
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('campaigns.forWhat')}
        </Text>
        <ScopeField
          value={value.scope}
          onChange={(scope) => update({ scope })}
          error={error(`${path}.scope`) ?? error(`${path}.scope.ids`) ?? error(`${path}.scope.tags`)}
        />
        <TierChoice
          document={document}
          value={value.tiers}
          onChange={(tiers) => update({ tiers })}
          error={error(`${path}.tiers`)}
        />
      </BlockStack>
    </Card>
  )
}

function WhenCard({ section, path }: CardProps) {
  const { t } = useTranslation('program')
  const format = useFormat()
  const { timeZone } = useShop()
  const { value, update, error } = section
  const edge = (name: 'start' | 'end') => (
    <TextField
      label={t(`window.${name}`)}
      type="datetime-local"
      autoComplete="off"
      value={value.window[name] ?? ''}
      error={error(`${path}.window.${name}`) ?? (name === 'end' ? error(`${path}.window`) : undefined)}
      helpText={t(`window.${name}Help`)}
      clearButton
      onClearButtonClick={() => update({ window: { ...value.window, [name]: null } })}
      onChange={(text) =>
        update({ window: { ...value.window, [name]: text === '' ? null : text.slice(0, 16) } })
      }
    />
  )
  const readable = section.error(`${path}.window`) === undefined && !error(`${path}.window.start`)
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('window.title')}
        </Text>
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
      </BlockStack>
    </Card>
  )
}
