import { BlockStack, InlineError, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { MOST_VARIANTS } from '../../../domain/rewards/goods.ts'
import type { Reward } from '../../../domain/rewards/kinds.ts'
import type { Section } from '../draft/use-section.ts'
import { GoodsPicker } from '../goods-picker.tsx'

interface Props {
  section: Section<Reward>
  /** Of the reward in the document: "rewards.3". */
  path: string
}

/** Of a free product: the one variant, or those of which the member chooses one. */
export function GiftField({ section: { value, set, error }, path }: Props) {
  const { t } = useTranslation('rewards')
  if (value.kind !== 'free-product') return null
  const wrong = error(`${path}.variants`)
  return (
    <BlockStack gap="200">
      <Text as="p">{t('free-product.term.variants')}</Text>
      <GoodsPicker
        kind="variants"
        ids={value.variants}
        most={MOST_VARIANTS}
        onChange={(variants) => set({ ...value, variants })}
      />
      {wrong && <InlineError message={wrong} fieldID="variants" />}
      <Text as="p" tone="subdued">
        {t('free-product.term.variantsHelp')}
      </Text>
    </BlockStack>
  )
}
