import { BlockStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { inLocale } from '../../../domain/document/local-text.ts'
import type { TierLadder } from '../../../domain/tiers/ladder.ts'
import { useFormat } from '../../use-format.ts'
import { thresholdText } from '../describe.ts'

/** The ladder as rising steps; for those who do not see it, it is a list. */
export function LadderPicture({ ladder }: { ladder: TierLadder }) {
  const { t } = useTranslation('program')
  const format = useFormat()
  const levels = ladder.levels.filter((level) => level.threshold !== '')
  if (levels.length === 0) return null
  const height = (index: number) => 40 + (index + 1) * (88 / levels.length)
  return (
    <ol
      aria-label={t('tiers.picture')}
      style={{
        display: 'flex',
        alignItems: 'flex-end',
        gap: 4,
        listStyle: 'none',
        margin: 0,
        padding: 0,
        overflowX: 'auto',
      }}
    >
      {levels.map((level, index) => (
        <li key={level.id} style={{ flex: '1 1 6rem', minWidth: '6rem', hyphens: 'auto' }}>
          <BlockStack gap="050" inlineAlign="center">
            <Text as="span" variant="bodySm" fontWeight="semibold" alignment="center" breakWord>
              {inLocale(level.name, format.language) || '…'}
            </Text>
            <div
              style={{
                alignSelf: 'stretch',
                height: height(index),
                display: 'flex',
                alignItems: 'flex-end',
                justifyContent: 'center',
                paddingBottom: 8,
                borderRadius: 'var(--p-border-radius-200) var(--p-border-radius-200) 0 0',
                background: 'var(--p-color-bg-fill-info-secondary)',
                color: 'var(--p-color-text)',
              }}
            >
              <Text as="span" variant="headingMd">
                × {format.decimal(/^\d+(\.\d+)?$/.test(level.multiplier) ? level.multiplier : '0')}
              </Text>
            </div>
            <Text as="span" variant="bodySm" tone="subdued" alignment="center">
              {/^\d+(\.\d+)?$/.test(level.threshold)
                ? thresholdText(t, ladder.basis, level.threshold, format)
                : '…'}
            </Text>
          </BlockStack>
        </li>
      ))}
    </ol>
  )
}
