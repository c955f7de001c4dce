import { Box, Divider, InlineGrid, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { MemberPageView } from '../../loyalty/surfaces/read-member-page.ts'
import { TitledCard } from '../titled-card.tsx'
import { useFormat } from '../use-format.ts'

export function BalanceCard({ member }: { member: MemberPageView }) {
  const { t } = useTranslation('members')
  const format = useFormat()
  const { available, pending, held, debt } = member.balance
  const beside = member.earnedBesideOrders
  const earnedHint =
    beside === 0 ||
    t('balance.earnedBothHint', {
      orders: format.points(member.earned - beside),
      beside: format.points(beside),
    })
  return (
    <TitledCard title={t('balance.heading')} gap="400">
      <InlineGrid columns={{ xs: 1, sm: 3 }} gap="400">
        <Figure name="available" value={available} large />
        <Figure name="pending" value={pending} hint large />
        <Figure name="held" value={held} hint large />
      </InlineGrid>
      <Divider />
      <InlineGrid columns={{ xs: 1, sm: 3 }} gap="400">
        {debt > 0 && <Figure name="debt" value={debt} hint critical />}
        <Figure name="earned" value={member.earned} hint={earnedHint} />
        <Figure name="redeemed" value={member.redeemed} hint />
      </InlineGrid>
      {member.hasRewards && (
        <Text as="p" tone="subdued">
          {member.nextReward
            ? t('balance.nextReward', {
                reward: member.nextReward.name,
                points: format.points(member.nextReward.missing),
              })
            : t('balance.allRewards')}
        </Text>
      )}
    </TitledCard>
  )
}

interface FigureProps {
  name: 'available' | 'debt' | 'pending' | 'held' | 'earned' | 'redeemed'
  value: number
  /** What it is; true: as it always is. */
  hint?: boolean | string
  large?: boolean
  critical?: boolean
}

function Figure({ name, value, hint = false, large = false, critical = false }: FigureProps) {
  const { t } = useTranslation('members')
  const format = useFormat()
  return (
    <Box>
      <Text as="p" tone="subdued">
        {t(`balance.${name}`)}
      </Text>
      <Text as="p" variant={large ? 'headingLg' : 'headingMd'} tone={critical ? 'critical' : undefined}>
        {format.points(value)}
      </Text>
      {hint && (
        <Text as="p" variant="bodySm" tone="subdued">
          {hint === true ? t(`balance.${name}Hint`) : hint}
        </Text>
      )}
    </Box>
  )
}
