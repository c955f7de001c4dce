import { FormLayout, Text, TextField } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { Program } from '../../../domain/program/program.ts'
import { RETURN_WINDOW_LIMITS } from '../../../domain/program/return-window.ts'
import { WholeField } from '../../number-field.tsx'
import { TitledCard } from '../../titled-card.tsx'
import { SectionPage } from '../draft/section-page.tsx'
import { useDraft } from '../draft/use-program.ts'
import { type Section, useSection } from '../draft/use-section.ts'
import { LocalTextFields } from '../local-text-fields.tsx'
import { ExpiryCard } from './expiry-card.tsx'

type Rules = Pick<Program, 'name' | 'pointName' | 'returnWindowDays' | 'expiry'>

const toPatch = (rules: Rules) => rules

export function RulesPage() {
  const { t } = useTranslation('program')
  const { name, pointName, returnWindowDays, expiry } = useDraft().document
  const section = useSection<Rules>({ name, pointName, returnWindowDays, expiry }, toPatch)
  return (
    <SectionPage
      title={t('rules.title')}
      back={{ label: t('title'), to: '/app/program' }}
      section={section}
      shows={(path) => /^(name|pointName|returnWindowDays|expiry)/.test(path)}
    >
      <NamesCard section={section} />
      <WaitingCard section={section} />
      <ExpiryCard
        expiry={section.value.expiry}
        onChange={(expiry) => section.update({ expiry })}
        error={section.error}
      />
    </SectionPage>
  )
}

function NamesCard({ section }: { section: Section<Rules> }) {
  const { t } = useTranslation('program')
  const { value, update, error } = section
  const word = (language: 'de' | 'en', number: 'one' | 'many') => (
    <TextField
      label={t(`rules.word.${language}.${number}`)}
      autoComplete="off"
      maxLength={30}
      value={value.pointName[language][number]}
      error={error(`pointName.${language}.${number}`)}
      onChange={(text) =>
        update({
          pointName: { ...value.pointName, [language]: { ...value.pointName[language], [number]: text } },
        })
      }
    />
  )
  return (
    <TitledCard title={t('rules.names')}>
      <FormLayout>
        <LocalTextFields
          label={t('rules.programName')}
          value={value.name}
          onChange={(name) => update({ name })}
          error={(field) => error(field ? `name.${field}` : 'name')}
        />
        <FormLayout.Group>
          {word('de', 'one')}
          {word('de', 'many')}
        </FormLayout.Group>
        <FormLayout.Group>
          {word('en', 'one')}
          {word('en', 'many')}
        </FormLayout.Group>
      </FormLayout>
      <Text as="p" tone="subdued">
        {t('rules.namesHelp')}
      </Text>
    </TitledCard>
  )
}

function WaitingCard({ section }: { section: Section<Rules> }) {
  const { t } = useTranslation('program')
  const { value, update, error } = section
  return (
    <TitledCard title={t('rules.returnWindow')}>
      <WholeField
        label={t('rules.returnWindowDays')}
        value={value.returnWindowDays}
        onChange={(returnWindowDays) => update({ returnWindowDays })}
        error={error('returnWindowDays')}
        suffix={t('rules.days')}
        unit={t('rules.days')}
        range={RETURN_WINDOW_LIMITS}
        helpText={t('rules.returnWindowHelp')}
      />
    </TitledCard>
  )
}
