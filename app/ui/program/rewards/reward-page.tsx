import { useParams, useSearchParams } from '@remix-run/react'
import { BlockStack, Checkbox, ChoiceList, FormLayout, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import {
  asKind,
  COST_LIMITS,
  kindOf,
  REWARD_KINDS,
  type Reward,
  type RewardKindName,
  rewardWorth,
} from '../../../domain/rewards/kinds.ts'
import { isChosen } from '../../../domain/rewards/price.ts'
import { WholeField } from '../../number-field.tsx'
import { TitledCard } from '../../titled-card.tsx'
import { useFormat } from '../../use-format.ts'
import { worthText } from '../describe.ts'
import { MissingPage } from '../draft/missing-page.tsx'
import { SectionPage } from '../draft/section-page.tsx'
import { useItem, useStart } from '../draft/use-item.ts'
import type { Section } from '../draft/use-section.ts'
import { RewardBadges } from '../item-badges.tsx'
import { LocalTextFields } from '../local-text-fields.tsx'
import { TierChoice } from '../tiers/tier-choice.tsx'
import { CombinesField } from './combines-field.tsx'
import { GiftField } from './gift-field.tsx'
import { GoodForFields } from './good-for-fields.tsx'
import { KindNotAllowed } from './kind-not-allowed.tsx'
import { KindNotice } from './kind-notice.tsx'
import { LimitsCard } from './limits-card.tsx'
import { TermFields } from './term-fields.tsx'

const LIST = '/app/program/rewards'

const BLANK: Reward = {
  kind: 'amount-off',
  id: '',
  name: {},
  amount: '',
  cost: 500,
  minimumSpend: null,
  validDays: 30,
  oncePerMember: false,
  tiers: [],
  active: true,
}

export function RewardPage() {
  const { id = 'new' } = useParams()
  const [search] = useSearchParams()
  const start = useStart('rewards', id, search.get('copy'), BLANK)
  return start ? <RewardForm key={id + search} id={id} start={start} /> : <MissingPage list="rewards" />
}

function RewardForm({ id, start }: { id: string; start: Reward }) {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const { section, remove, isNew, gone, title, path } = useItem('rewards', id, start)
  if (gone && !section.dirty) return <MissingPage list="rewards" />
  return (
    <SectionPage
      title={isNew ? t('rewards.new') : title}
      titleMetadata={isNew ? undefined : <RewardBadges reward={start} />}
      isNew={isNew}
      back={{ label: t('rewards.title'), to: LIST }}
      section={section}
      shows={(issue) => issue.startsWith(`${path}.`)}
      secondaryActions={
        isNew ? [] : [{ content: common('action.duplicate'), url: `${LIST}/new?copy=${id}` }, remove.action]
      }
    >
      <WhatCard section={section} path={path} />
      <ConditionsCard section={section} path={path} />
      <LimitsCard section={section} path={path} />
      {remove.dialog}
    </SectionPage>
  )
}

interface CardProps {
  section: Section<Reward>
  path: string
}

function WhatCard({ section, path }: CardProps) {
  const { t } = useTranslation('program')
  const format = useFormat()
  const { value, update, set, error } = section
  const worth = worthText(t, value, section.document, format)
  return (
    <TitledCard title={t('reward.what')}>
      <FormLayout>
        <BlockStack>
          <ChoiceList
            title={t('reward.kind')}
            selected={[value.kind]}
            onChange={([kind]) => set(asKind(value, kind as RewardKindName))}
            choices={REWARD_KINDS.map(({ kind }) => ({ value: kind, label: t(`rewards:${kind}.label`) }))}
          />
          <KindNotAllowed kind={value.kind} />
          <KindNotice kind={value.kind} />
        </BlockStack>
        <LocalTextFields
          label={t('reward.name')}
          value={value.name}
          onChange={(name) => update({ name })}
          error={(field) => error(field ? `${path}.name.${field}` : `${path}.name`)}
        />
        <GiftField section={section} path={path} />
        <TermFields section={section} path={path}>
          <WholeField
            label={isChosen(value) ? t('reward.step') : t('reward.cost')}
            value={value.cost}
            onChange={(cost) => update({ cost })}
            error={error(`${path}.cost`)}
            suffix={section.document.pointName[format.language].many}
            unit={section.document.pointName[format.language].many}
            range={COST_LIMITS}
          />
        </TermFields>
      </FormLayout>
      {worth && <Text as="p">{worth}</Text>}
      {rewardWorth(value) === null &&
        kindOf(value.kind).spent === 'with-order' &&
        !kindOf(value.kind).gift && (
          <Text as="p" tone="subdued">
            {t('reward.percentWorth')}
          </Text>
        )}
    </TitledCard>
  )
}

function ConditionsCard({ section, path }: CardProps) {
  const { t } = useTranslation('program')
  const { value, update, error } = section
  return (
    <TitledCard title={t('reward.conditions')}>
      <FormLayout>
        <TermFields section={section} path={path} card="conditions" />
        <GoodForFields section={section} path={path} />
        <CombinesField section={section} />
        <Checkbox
          label={t('reward.active')}
          helpText={t('reward.activeHelp')}
          checked={value.active}
          onChange={(active) => update({ active })}
        />
      </FormLayout>
      <TierChoice
        document={section.document}
        value={value.tiers}
        onChange={(tiers) => update({ tiers })}
        error={error(`${path}.tiers`)}
      />
    </TitledCard>
  )
}
