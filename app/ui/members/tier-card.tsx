import { Badge, BlockStack, Card, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { MemberTierView } from '../../loyalty/surfaces/read-member-page.ts'
import { Bar } from '../kit/bar.tsx'
import { TitledCard } from '../titled-card.tsx'
import { useFormat } from '../use-format.ts'

/** Where the member stands on the ladder: the level, what is missing to the next, and all levels below each other. */
export function TierCard({ tier }: { tier: MemberTierView | null }) {
  const { t } = useTranslation('members')
  if (tier === null) {
    return (
      <TitledCard title={t('tier.heading')} gap="200">
        <Text as="p" tone="subdued">
          {t('tier.noLadder')}
        </Text>
      </TitledCard>
    )
  }
  return (
    <Card>
      <BlockStack gap="400">
        <InlineStack align="space-between" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {t('tier.heading')}
          </Text>
          {tier.current ? (
            <Badge tone="info" size="large">
              {tier.current.name}
            </Badge>
          ) : (
            <Text as="span" tone="subdued">
              {t('tier.none')}
            </Text>
          )}
        </InlineStack>
        <Progress tier={tier} />
        <Levels tier={tier} />
      </BlockStack>
    </Card>
  )
}

function Progress({ tier }: { tier: MemberTierView }) {
  const { t } = useTranslation('members')
  const texts = useTierTexts(tier)
  const label = tier.next ? texts.missing(tier.next) : t('tier.top')
  return (
    <BlockStack gap="200">
      <Text as="p" id="tier-progress">
        {label}
      </Text>
      <Bar share={tier.progress} labelledBy="tier-progress" />
      <Text as="p" variant="bodySm" tone="subdued">
        {texts.sum}
      </Text>
    </BlockStack>
  )
}

function Levels({ tier }: { tier: MemberTierView }) {
  const { t } = useTranslation('members')
  const texts = useTierTexts(tier)
  return (
    <BlockStack as="ul" gap="100">
      {[...tier.levels].reverse().map((level) => (
        <InlineStack as="li" key={level.id} align="space-between" gap="200">
          <Text
            as="span"
            fontWeight={level.id === tier.current?.id ? 'semibold' : 'regular'}
            tone={level.reached ? undefined : 'subdued'}
          >
            {level.name}
          </Text>
          <Text as="span" tone="subdued">
            {Number(level.threshold) === 0
              ? t('tier.start')
              : t('tier.from', { amount: texts.amount(level.threshold) })}
            {level.reached ? ` · ${t('tier.reached')}` : ''}
          </Text>
        </InlineStack>
      ))}
    </BlockStack>
  )
}

function useTierTexts({ basis, window, sum }: MemberTierView) {
  const { t } = useTranslation('members')
  const format = useFormat()
  const amount = (text: string) => {
    if (basis === 'spend') return format.money(text)
    return basis === 'points' ? format.points(Number(text)) : t('tier.sumOrders', { count: Number(text) })
  }
  const when = t(`tier.window.${window.kind}`, { count: window.kind === 'rolling' ? window.months : 0 })
  const sums = { spend: 'tier.sumSpend', points: 'tier.sumPoints', orders: 'tier.sumOrders' } as const
  const told = t(sums[basis], { amount: amount(sum), count: Number(sum) })
  return {
    amount,
    sum: `${told} ${when}`,
    missing({ name, missing }: { name: string; missing: string }) {
      if (basis === 'orders') return t('tier.missingOrders', { count: Number(missing), name })
      return t(basis === 'spend' ? 'tier.missingSpend' : 'tier.missingPoints', {
        amount: amount(missing),
        name,
      })
    },
  }
}
