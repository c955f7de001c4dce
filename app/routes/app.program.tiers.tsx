import { BlockStack, Box, Button, FormLayout, InlineStack, Select, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { inLocale, type TierLadder, type TierLevel } from '../domain/program.ts'
import { freeId } from '../ui/program/describe.ts'
import { DecimalField, LocalTextFields, WholeField } from '../ui/program/fields.tsx'
import { LadderPicture } from '../ui/program/ladder-picture.tsx'
import { PreviewCard } from '../ui/program/preview-card.tsx'
import { SectionPage } from '../ui/program/section-page.tsx'
import { useDraft } from '../ui/program/use-program.ts'
import { type Section, useSection } from '../ui/program/use-section.ts'
import { TitledCard } from '../ui/titled-card.tsx'
import { useFormat } from '../ui/use-format.ts'
import { useShop } from '../ui/use-shop.ts'

const toPatch = (tiers: TierLadder) => ({ tiers })

export default function Tiers() {
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
            min={1}
            max={60}
          />
        )}
      </FormLayout>
    </TitledCard>
  )
}

function LevelsCard({ section }: { section: Section<TierLadder> }) {
  const { t } = useTranslation('program')
  const { value, update } = section
  const add = () => {
    const last = value.levels.at(-1)
    const level: TierLevel = {
      id: freeId(
        '',
        'tier',
        value.levels.map((other) => other.id),
      ),
      name: {},
      threshold: last ? '' : '0',
      multiplier: last?.multiplier ?? '1',
    }
    update({ levels: [...value.levels, level] })
  }
  return (
    <TitledCard title={t('tiers.levels')} gap="400">
      <LadderPicture ladder={value} />
      {value.levels.map((level, index) => (
        <LevelFields key={level.id} section={section} level={level} index={index} />
      ))}
      {value.levels.length === 0 && (
        <Text as="p" tone="subdued">
          {t('tiers.none')}
        </Text>
      )}
      <InlineStack gap="200">
        <Button onClick={add} disabled={value.levels.length >= 20}>
          {t('tiers.add')}
        </Button>
      </InlineStack>
    </TitledCard>
  )
}

function LevelFields({
  section,
  level,
  index,
}: {
  section: Section<TierLadder>
  level: TierLevel
  index: number
}) {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const format = useFormat()
  const { currency } = useShop()
  const { value, update, error } = section
  const path = `tiers.levels.${index}`
  const change = (fields: Partial<TierLevel>) =>
    update({ levels: value.levels.map((other, at) => (at === index ? { ...other, ...fields } : other)) })
  const title = inLocale(level.name, format.language) || t('tiers.unnamed', { number: index + 1 })
  return (
    <Box padding="300" background="bg-surface-secondary" borderRadius="200">
      <fieldset
        style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}
        onBlur={() => update(sorted(value))}
      >
        <BlockStack gap="200">
          <InlineStack align="space-between" blockAlign="center">
            <legend>
              <Text as="span" variant="headingSm">
                {title}
              </Text>
            </legend>
            <Button
              variant="tertiary"
              tone="critical"
              accessibilityLabel={`${title}: ${common('action.remove')}`}
              onClick={() => update({ levels: value.levels.filter((_, at) => at !== index) })}
            >
              {common('action.remove')}
            </Button>
          </InlineStack>
          <FormLayout>
            <LocalTextFields
              label={t('tiers.name')}
              value={level.name}
              onChange={(name) => change({ name })}
              error={(field) => error(field ? `${path}.name.${field}` : `${path}.name`)}
            />
            <FormLayout.Group>
              <DecimalField
                label={t(`tiers.threshold.${value.basis}`)}
                value={level.threshold}
                onChange={(threshold) => change({ threshold })}
                error={error(`${path}.threshold`)}
                {...(value.basis === 'spend' && { suffix: currency })}
              />
              <DecimalField
                label={t('tiers.multiplier')}
                value={level.multiplier}
                onChange={(multiplier) => change({ multiplier })}
                error={error(`${path}.multiplier`)}
                prefix="×"
              />
            </FormLayout.Group>
          </FormLayout>
        </BlockStack>
      </fieldset>
    </Box>
  )
}

/** The ladder rises: levels stand in the order of their thresholds. Those that cannot be read yet come last. */
function sorted(ladder: TierLadder): Partial<TierLadder> {
  const place = ({ threshold }: TierLevel) =>
    /^\d+(\.\d+)?$/.test(threshold) ? Number(threshold) : Number.POSITIVE_INFINITY
  const levels = [...ladder.levels].sort((a, b) => {
    const [left, right] = [place(a), place(b)]
    return left === right ? 0 : left - right
  })
  return levels.every((level, index) => level === ladder.levels[index]) ? {} : { levels }
}
