import { BlockStack, ChoiceList, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { type Combines, canCombine, combinesOf } from '../../../domain/rewards/combines.ts'
import { CLASSES, type DiscountClass } from '../../../domain/rewards/discount-value.ts'
import { kindOf, type Reward, rewardGoods } from '../../../domain/rewards/kinds.ts'
import type { Section } from '../draft/use-section.ts'

/** Of a reward that is a code: beside which other discounts it can be used. Untouched it is as usual. */
export function CombinesField({ section: { value, set } }: { section: Section<Reward> }) {
  const { t } = useTranslation('rewards')
  if (!('combines' in kindOf(value.kind).fields)) return null
  const own = classOfForm(value)
  const { combines: chosen } = value as { combines?: Combines }
  const stands = combinesOf(chosen, own)
  const change = (selected: string[]) => {
    const combines = Object.fromEntries(CLASSES.map((one) => [one, selected.includes(one)]))
    set({ ...value, combines } as Reward)
  }
  return (
    <BlockStack gap="100">
      <ChoiceList
        title={t('code.combines')}
        allowMultiple
        selected={CLASSES.filter((one) => stands[one])}
        onChange={change}
        choices={CLASSES.filter((one) => canCombine(own, one)).map((one) => ({
          value: one,
          label: t(`code.combinesWith.${one}`),
        }))}
      />
      <Text as="p" tone="subdued">
        {t('code.combinesHelp')}
      </Text>
    </BlockStack>
  )
}

/** Of what is not filled in yet, too. */
function classOfForm(value: Reward): DiscountClass {
  if (value.kind === 'free-shipping') return 'shipping'
  return rewardGoods(value) ? 'product' : 'order'
}
