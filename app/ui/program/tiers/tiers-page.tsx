import { FormLayout, Select, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { TierLadder } from '../../../domain/tiers/ladder.ts'
import { LADDER_LIMITS, risingLadder } from '../../../domain/tiers/ladder.ts'
import { TRIAL_DAYS } from '../../../domain/tiers/tiers.ts'
import { WholeField } from '../../number-field.tsx'
import { TitledCard } from '../../titled-card.tsx'
import { SectionPage } from '../draft/section-page.tsx'
import { useDraft } from '../draft/use-program.ts'
import { type Section, useSection } from '../draft/use-section.ts'
import { PreviewCard } from '../preview-card.tsx'
import { LevelsCard } from './levels-card.tsx'

/** The cards keep their places while they are edited; the document's ladder rises. */
const toPatch = (tiers: TierLadder) => ({ tiers: risingLadder(tiers) })

export function TiersPage() {
  const { t } = useTranslation('program')
  const section = useSection(useDraft().document.tiers, toPatch)
  return (
    <SectionPage
      title={t('tiers.title')}
      subtitle={t('tiers.subtitle')}
      back={{ label: t('title'), to: '/app/program' }}
      section={section}
      shows={(path) => path.startsWith('tiers.')}
      aside={<PreviewCard document={section.document} />}
    >
      <BasisCard section={section} />
      <LevelsCard section={section} />
    </SectionPage>
  )
}

function BasisCard({ section }: { section: Section<TierLadder> }) {
  const { t } = useTranslation('program')
  const { value, update, error } = section
  const { window } = value
  return (
    <TitledCard title={t('tiers.how')}>
      <FormLayout>
        <FormLayout.Group>
          <Select
            label={t('tiers.basisLabel')}
            options={(['spend', 'points', 'orders'] as const).map((basis) => ({
              value: basis,
              label: t(`tiers.basisOption.${basis}`),
            }))}
            value={value.basis}
            onChange={(basis) => update({ basis: basis as TierLadder['basis'] })}
          />
          <Select
            label={t('tiers.windowLabel')}
            options={(['rolling', 'calendar-year', 'lifetime'] as const).map((kind) => ({
              value: kind,
              label: t(`tiers.windowOption.${kind}`),
            }))}
            value={window.kind}
            onChange={(kind) =>
              update({
                window: (kind === 'rolling' ? { kind, months: 12 } : { kind }) as TierLadder['window'],
              })
            }
          />
        </FormLayout.Group>
        {window.kind === 'rolling' && (
          <WholeField
            label={t('tiers.months')}
            value={window.months}
            onChange={(months) => update({ window: { ...window, months } })}
            error={error('tiers.window.months')}
            suffix={t('rules.months')}
            unit={t('rules.months')}
            range={LADDER_LIMITS.months}
          />
        )}
      </FormLayout>
      <Text as="p" tone="subdued">
        {t('tiers.trial', { days: TRIAL_DAYS })}
      </Text>
    </TitledCard>
  )
}
