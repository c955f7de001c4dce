import { Checkbox, FormLayout, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import {
  blankSource,
  EARNING_SOURCES,
  SOURCE_POINTS,
  type Source,
  type SourceName,
  sourceOf,
} from '../../../domain/earning/sources.ts'
import { WholeField } from '../../number-field.tsx'
import { PageText } from '../../page-text.tsx'
import { TitledCard } from '../../titled-card.tsx'
import { useFormat } from '../../use-format.ts'
import { sourceTerms } from '../describe.ts'
import { SectionPage } from '../draft/section-page.tsx'
import { useDraft } from '../draft/use-program.ts'
import { type Section, useSection } from '../draft/use-section.ts'

const toPatch = (sources: Source[]) => ({ sources })

export function SourcesPage() {
  const { t: program } = useTranslation('program')
  const { t } = useTranslation('sources')
  const section = useSection(useDraft().document.sources, toPatch)
  return (
    <SectionPage
      title={t('title')}
      back={{ label: program('title'), to: '/app/program' }}
      section={section}
      shows={(path) => path.startsWith('sources.')}
    >
      <PageText>
        <Text as="p" tone="subdued">
          {t('intro')}
        </Text>
      </PageText>
      {EARNING_SOURCES.map((one) => (
        <SourceCard key={one.source} name={one.source} section={section} />
      ))}
    </SectionPage>
  )
}

/** One source, drawn from what it says of its terms. In the document it stands from the first time that it is on. */
function SourceCard({ name, section }: { name: SourceName; section: Section<Source[]> }) {
  const { t } = useTranslation('sources')
  const format = useFormat()
  const { value, set, error, document } = section
  const index = value.findIndex((one) => one.source === name)
  const source = value[index] ?? blankSource(name)
  const change = (fields: object) => {
    const next = { ...source, ...fields } as Source
    set(index === -1 ? [...value, next] : value.with(index, next))
  }
  const label = t(`${name}.label`)
  const own = source as unknown as Record<string, boolean>
  return (
    <TitledCard title={label}>
      <Checkbox
        label={t('active', { source: label })}
        ariaDescribedBy={`${name}-help`}
        checked={source.active}
        onChange={(active) => change({ active })}
      />
      <Text as="p" tone="subdued" id={`${name}-help`}>
        {t(`${name}.help`)}
      </Text>
      {source.active && (
        <FormLayout>
          <WholeField
            label={t('pointsFor', { source: label })}
            value={source.points}
            onChange={(points) => change({ points })}
            error={error(`sources.${index}.points`)}
            range={SOURCE_POINTS}
            unit={t('points')}
          />
          {Object.keys(sourceOf(name).fields).map((term) => (
            <Checkbox
              key={term}
              label={t(`${name}.term.${term}` as never) as string}
              helpText={t(`${name}.term.${term}Help` as never, { defaultValue: '' }) as string}
              checked={own[term] === true}
              onChange={(checked) => change({ [term]: checked })}
            />
          ))}
          {Number.isSafeInteger(source.points) && (
            <Text as="p" tone="subdued">
              {t('shown', { text: sourceTerms(t, source, document, format) })}
            </Text>
          )}
        </FormLayout>
      )}
    </TitledCard>
  )
}
