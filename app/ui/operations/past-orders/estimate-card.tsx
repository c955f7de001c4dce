import { BlockStack, Button, InlineStack, List, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Program } from '../../../domain/program/program.ts'
import type { ImportView } from '../../../loyalty/upkeep/read-operations.ts'
import { useWorth } from '../../home/use-worth.ts'
import { Dialog } from '../../kit/dialog.tsx'
import type { LostAnswer } from '../../kit/lost-answer.ts'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { TitledCard } from '../../titled-card.tsx'
import { useFormat } from '../../use-format.ts'
import { LeftOfImport } from '../left-orders.tsx'
import type { ImportWish } from './import-wish.ts'

interface Props {
  run: ImportView
  rewards: Program['rewards']
  highestFactor: number
  tiersMatter: boolean
  busy: boolean
  lost: LostAnswer['lost'] | undefined
  send: (wish: ImportWish) => void
}

/** What taking the orders over would give, in points and money, and what that does not know. */
export function EstimateCard(props: Props) {
  return props.run.taken === 0 ? <NothingCard {...props} /> : <FoundCard {...props} />
}

/** There is nothing to agree to: only why, or what could not be reckoned, and the way back to choosing a day. */
function NothingCard({ run, busy, send }: Props) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  return (
    <TitledCard title={t('pastOrders.estimateTitle')} gap="400">
      {run.left === 0 && (
        <Text as="p">{t('pastOrders.nothing', { date: format.date(new Date(run.from)) })}</Text>
      )}
      <LeftOfImport run={run} />
      <InlineStack>
        <Button loading={busy} onClick={() => send({ intent: 'cancel' })}>
          {t('pastOrders.putAway')}
        </Button>
      </InlineStack>
    </TitledCard>
  )
}

function FoundCard({ run, rewards, highestFactor, tiersMatter, busy, lost, send }: Props) {
  const { t } = useTranslation(['operations', 'common'])
  const format = useFormat()
  const [asking, setAsking] = useState(false)
  const worth = useWorth(run.points, rewards)
  const orders = { count: run.taken, number: format.number(run.taken) }
  const most = format.points(Math.ceil(run.points * highestFactor))
  const figures = (
    <BlockStack gap="200">
      <Text as="p" variant="headingLg">
        {t('pastOrders.about', { points: format.points(run.points) })}
      </Text>
      <Text as="p">{t('pastOrders.forOrders', { ...orders, date: format.date(new Date(run.from)) })}</Text>
      {run.points > 0 && <Text as="p">{worth}</Text>}
    </BlockStack>
  )
  return (
    <TitledCard title={t('pastOrders.estimateTitle')} gap="400">
      {figures}
      <BlockStack gap="100">
        <Text as="h3" variant="headingSm">
          {t('pastOrders.unknownTitle')}
        </Text>
        <List>
          {highestFactor > 1 && <List.Item>{t('pastOrders.unknownTiers', { points: most })}</List.Item>}
          {tiersMatter && <List.Item>{t('pastOrders.unknownLater')}</List.Item>}
          <List.Item>{t('pastOrders.unknownChanges')}</List.Item>
          <List.Item>{t('pastOrders.unknownUse')}</List.Item>
        </List>
      </BlockStack>
      <LeftOfImport run={run} />
      <InlineStack gap="200">
        <Button variant="primary" onClick={() => setAsking(true)}>
          {t('pastOrders.confirm')}
        </Button>
        <Button loading={busy && !asking} onClick={() => send({ intent: 'cancel' })}>
          {t('pastOrders.putAway')}
        </Button>
      </InlineStack>
      {asking && (
        <Dialog
          onClose={() => setAsking(false)}
          title={t('pastOrders.confirmTitle')}
          primaryAction={{
            content: t('pastOrders.confirm'),
            loading: busy,
            onAction: () => send({ intent: 'confirm', id: run.id }),
          }}
          secondaryActions={[{ content: t('common:action.cancel'), onAction: () => setAsking(false) }]}
        >
          <Dialog.Section>
            <BlockStack gap="300">
              {lost && <LostBanner why={lost} repeatable />}
              {figures}
              <Text as="p">{t('pastOrders.confirmText')}</Text>
            </BlockStack>
          </Dialog.Section>
        </Dialog>
      )}
    </TitledCard>
  )
}
