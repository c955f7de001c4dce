import { BlockStack, Box, Button, FormLayout, InlineStack, Text } from '@shopify/polaris'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MULTIPLIER_LIMITS } from '../../../domain/document/document-fields.ts'
import { inLocale } from '../../../domain/document/local-text.ts'
import type { TierLadder, TierLevel } from '../../../domain/tiers/ladder.ts'
import { DecimalField } from '../../number-field.tsx'
import { TitledCard } from '../../titled-card.tsx'
import { useFormat } from '../../use-format.ts'
import { useShop } from '../../use-shop.ts'
import { freeId } from '../describe.ts'
import { placeOfTwin } from '../draft/issue-text.ts'
import type { Section } from '../draft/use-section.ts'
import { LocalTextFields } from '../local-text-fields.tsx'
import { thresholdRange } from '../ranges.ts'
import { LadderPicture } from './ladder-picture.tsx'

const MOST = 20

/** The tiers as cards below each other, in the order in which they were loaded and added. */
export function LevelsCard({ section }: { section: Section<TierLadder> }) {
  const { t } = useTranslation('program')
  const { value, update } = section
  const cards = useRef<HTMLDivElement>(null)
  /** The card that gets the focus: of a tier that was added, or that stands where one was removed. */
  const [next, setNext] = useState<number | null>(null)
  useEffect(() => {
    if (next === null) return
    const fields = cards.current?.querySelectorAll<HTMLElement>('fieldset')
    const place = fields?.[Math.min(next, fields.length - 1)] ?? cards.current
    place?.focus()
    setNext(null)
  }, [next])
  const add = () => {
    update({ levels: [...value.levels, newLevel(value.levels)] })
    setNext(value.levels.length)
  }
  const remove = (index: number) => {
    update({ levels: value.levels.filter((_, at) => at !== index) })
    setNext(index)
  }
  return (
    <TitledCard title={t('tiers.levels')} gap="400">
      <LadderPicture ladder={section.document.tiers} />
      <div ref={cards} tabIndex={-1} style={{ outline: 'none' }}>
        <BlockStack gap="400">
          {value.levels.map((level, index) => (
            <LevelFields
              key={level.id}
              section={section}
              level={level}
              index={index}
              onRemove={() => remove(index)}
            />
          ))}
          {value.levels.length === 0 && (
            <Text as="p" tone="subdued">
              {t('tiers.none')}
            </Text>
          )}
        </BlockStack>
      </div>
      {value.levels.length < MOST ? (
        <InlineStack gap="200">
          <Button onClick={add}>{t('tiers.add')}</Button>
        </InlineStack>
      ) : (
        <Text as="p" tone="subdued">
          {t('tiers.most', { count: MOST })}
        </Text>
      )}
    </TitledCard>
  )
}

function newLevel(levels: TierLevel[]): TierLevel {
  const last = levels.at(-1)
  const taken = levels.map((other) => other.id)
  return {
    id: freeId('', 'tier', taken),
    name: {},
    threshold: last ? '' : '0',
    multiplier: last?.multiplier ?? '1',
  }
}

interface LevelProps {
  section: Section<TierLadder>
  level: TierLevel
  index: number
  onRemove: () => void
}

function LevelFields({ section, level, index, onRemove }: LevelProps) {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const format = useFormat()
  const { currency } = useShop()
  const { value, update, error, document } = section
  // Errors are about the document, whose ladder is in another order until it is saved.
  const place = document.tiers.levels.findIndex((other) => other.id === level.id)
  const path = `tiers.levels.${place}`
  const change = (fields: Partial<TierLevel>) =>
    update({ levels: value.levels.map((other, at) => (at === index ? { ...other, ...fields } : other)) })
  const title =
    placeOfTwin(t, place, document, format) ??
    (inLocale(level.name, format.language) || t('tiers.unnamed', { number: index + 1 }))
  return (
    <Box padding="300" background="bg-surface-secondary" borderRadius="200">
      <fieldset tabIndex={-1} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <BlockStack gap="200">
          <InlineStack align="space-between" blockAlign="center">
            <legend>
              <Text as="span" variant="headingSm" breakWord>
                {title}
              </Text>
            </legend>
            <Button
              variant="tertiary"
              tone="critical"
              accessibilityLabel={`${title}: ${common('action.remove')}`}
              onClick={onRemove}
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
                range={thresholdRange(value.basis, currency)}
                {...(value.basis === 'spend' && { suffix: currency })}
              />
              <DecimalField
                label={t('tiers.multiplier')}
                value={level.multiplier}
                onChange={(multiplier) => change({ multiplier })}
                error={error(`${path}.multiplier`)}
                range={MULTIPLIER_LIMITS}
                prefix="×"
              />
            </FormLayout.Group>
          </FormLayout>
        </BlockStack>
      </fieldset>
    </Box>
  )
}
