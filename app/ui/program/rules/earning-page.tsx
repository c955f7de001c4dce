import { Checkbox, FormLayout, Select, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { EarningRule } from '../../../domain/earning/earning-rule.ts'
import { RATE_LIMITS } from '../../../domain/earning/earning-rule.ts'
import { currencyExponent } from '../../../domain/money/money.ts'
import type { Program } from '../../../domain/program/program.ts'
import { DecimalField } from '../../number-field.tsx'
import { TitledCard } from '../../titled-card.tsx'
import { useFormat } from '../../use-format.ts'
import { useShop } from '../../use-shop.ts'
import { SectionPage } from '../draft/section-page.tsx'
import { useDraft, useProgram } from '../draft/use-program.ts'
import { type Section, useSection } from '../draft/use-section.ts'
import { plainWorth } from '../preview.ts'
import { PreviewCard } from '../preview-card.tsx'

const toPatch = (earning: EarningRule) => ({ earning })

export function EarningPage() {
  const { t } = useTranslation('program')
  const section = useSection(useDraft().document.earning, toPatch)
  return (
    <SectionPage
      title={t('earning.title')}
      back={{ label: t('title'), to: '/app/program' }}
      section={section}
      shows={(path) => path.startsWith('earning.')}
      aside={<PreviewCard document={section.document} />}
    >
      <RateCard section={section} />
      <CountsCard section={section} />
    </SectionPage>
  )
}

function RateCard({ section }: { section: Section<EarningRule> }) {
  const { t } = useTranslation('program')
  const format = useFormat()
  const { currency } = useShop()
  const example = useExample(section.document)
  const { value, update, error } = section
  // An amount on which the three rules differ.
  const amount = currencyExponent(currency) === 0 ? '4990' : '49.50'
  const points = example(amount)
  return (
    <TitledCard title={t('earning.rate')}>
      <FormLayout>
        <DecimalField
          label={t('earning.pointsPerUnit', { unit: format.money('1') })}
          value={value.pointsPerUnit}
          onChange={(pointsPerUnit) => update({ pointsPerUnit })}
          error={error('earning.pointsPerUnit')}
          range={RATE_LIMITS}
          helpText={t('earning.pointsPerUnitHelp')}
        />
        <Select
          label={t('earning.rounding')}
          options={(['floor', 'nearest', 'ceil'] as const).map((rule) => ({
            value: rule,
            label: t(`earning.roundingRule.${rule}`),
          }))}
          value={value.rounding}
          onChange={(rounding) => update({ rounding: rounding as EarningRule['rounding'] })}
          helpText={
            points !== null &&
            t('earning.roundingExample', {
              amount: format.money(amount),
              points: format.points(points, section.document.pointName),
            })
          }
        />
      </FormLayout>
    </TitledCard>
  )
}

/** What may count beside the goods, and what a shopper of the example pays for it. */
const EXTRAS = ['shipping', 'taxOnTop', 'duties', 'tips', 'cashRounding'] as const

function CountsCard({ section }: { section: Section<EarningRule> }) {
  const { t } = useTranslation('program')
  const format = useFormat()
  const { currency, taxesIncluded } = useShop()
  const example = useExample(section.document)
  const scale = currencyExponent(currency) === 0 ? 100 : 1
  const money = (units: number) => String(units * scale)
  const extra = { shipping: 5, taxOnTop: 19, duties: 12, tips: 3, cashRounding: 1 }
  const { value, update } = section
  return (
    <TitledCard title={t('earning.countsTitle')}>
      <Text as="p" tone="subdued">
        {t('earning.countsText')}
      </Text>
      {EXTRAS.map((name) => {
        const without = example(money(100))
        const withIt = example(money(100 + extra[name]))
        // There is nothing to choose where prices contain the tax.
        if (name === 'taxOnTop' && taxesIncluded && !value.counts.taxOnTop) {
          return (
            <Text as="p" tone="subdued" key={name}>
              {t('earning.taxIncluded')}
            </Text>
          )
        }
        return (
          <Checkbox
            key={name}
            label={t(`earning.counts.${name}.label`)}
            checked={value.counts[name]}
            onChange={(checked) => update({ counts: { ...value.counts, [name]: checked } })}
            helpText={
              without !== null &&
              withIt !== null &&
              t(`earning.counts.${name}.example`, {
                goods: format.money(money(100)),
                extra: format.money(money(extra[name])),
                with: format.points(withIt, section.document.pointName),
                without: format.number(without),
              })
            }
          />
        )
      })}
    </TitledCard>
  )
}

/** What an order of plain goods earns by the form as it stands. */
function useExample(document: Program): (amount: string) => number | null {
  const shop = useShop()
  const { now } = useProgram()
  return (amount) => plainWorth(document, shop, amount, now)
}
