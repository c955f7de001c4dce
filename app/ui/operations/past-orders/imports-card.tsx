import { Badge, BlockStack, Button, InlineStack, Text } from '@shopify/polaris'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportView } from '../../../loyalty/upkeep/read-operations.ts'
import { Dialog } from '../../kit/dialog.tsx'
import type { LostAnswer } from '../../kit/lost-answer.ts'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { TitledCard } from '../../titled-card.tsx'
import { useFormat } from '../../use-format.ts'
import { takenKey } from '../files/taken-key.ts'
import { LeftOfImport } from '../left-orders.tsx'
import type { ImportWish } from './import-wish.ts'

interface Props {
  imports: ImportView[]
  /** Nothing is under way that the undoing of another one would have to wait for. */
  idle: boolean
  busy: boolean
  lost: LostAnswer['lost'] | undefined
  /** The server has spoken about what was asked for last. */
  answered: boolean
  send: (wish: ImportWish) => void
}

/** What was taken over before, with the way back where points were given. */
export function ImportsCard({ imports, idle, busy, lost, answered, send }: Props) {
  const { t } = useTranslation(['operations', 'common'])
  const [asking, setAsking] = useState<ImportView | null>(null)
  // It may be seen being taken back though the answer to that was lost.
  const open = imports.some(({ id, given }) => id === asking?.id && given > 0)
  useEffect(() => {
    if (answered) setAsking(null)
  }, [answered])
  if (imports.length === 0) return null
  return (
    <TitledCard title={t('pastOrders.before')}>
      <BlockStack gap="400" as="ul">
        {imports.map((run) => (
          <li key={run.id} style={{ listStyle: 'none' }}>
            <Line run={run} onUndo={idle && run.given > 0 ? () => setAsking(run) : null} />
          </li>
        ))}
      </BlockStack>
      {asking && open && (
        <Dialog
          onClose={() => setAsking(null)}
          title={t('pastOrders.undoTitle')}
          primaryAction={{
            content: t('pastOrders.undo'),
            destructive: true,
            loading: busy,
            onAction: () => send({ intent: 'undo', id: asking.id }),
          }}
          secondaryActions={[{ content: t('common:action.cancel'), onAction: () => setAsking(null) }]}
        >
          <Dialog.Section>
            <BlockStack gap="300">
              {lost && <LostBanner why={lost} repeatable />}
              <Text as="p">{t('pastOrders.undoText')}</Text>
            </BlockStack>
          </Dialog.Section>
        </Dialog>
      )}
    </TitledCard>
  )
}

function Line({ run, onUndo }: { run: ImportView; onUndo: (() => void) | null }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  // An estimate that was put away has given nothing.
  const gave = run.award && run.confirmedBy === null && run.given + run.undone === 0 ? 0 : run.points
  const told = [
    t(takenKey(run), { count: run.taken, number: format.number(run.taken) }),
    ...(gave > 0 ? [t('pastOrders.gave', { points: format.points(gave) })] : []),
    ...(run.expectedPoints !== null && run.expectedPoints !== run.points
      ? [t('pastOrders.expected', { points: format.points(run.expectedPoints) })]
      : []),
  ]
  return (
    <InlineStack align="space-between" gap="200" blockAlign="start">
      <BlockStack gap="050">
        <Text as="span">{told.join(' ')}</Text>
        <LeftOfImport run={run} />
        {run.status === 'undone' && (
          <Text as="span">
            {t(run.kept > 0 ? 'pastOrders.tookBackPartly' : 'pastOrders.tookBack', {
              points: format.points(run.takenBack),
              kept: format.points(run.kept),
            })}
          </Text>
        )}
        <Text as="span" variant="bodySm" tone="subdued">
          {format.dateTime(new Date(run.startedAt))} ·{' '}
          {t('pastOrders.since', { date: format.date(new Date(run.from)) })} ·{' '}
          {t(run.award ? 'pastOrders.award' : 'pastOrders.history')}
        </Text>
        {onUndo && (
          <InlineStack>
            <Button variant="plain" onClick={onUndo}>
              {t('pastOrders.undo')}
            </Button>
          </InlineStack>
        )}
      </BlockStack>
      <Badge {...(run.status === 'done' && { tone: 'success' as const })}>
        {t(`pastOrders.status.${run.status as 'done' | 'cancelled' | 'undone'}`)}
      </Badge>
    </InlineStack>
  )
}
