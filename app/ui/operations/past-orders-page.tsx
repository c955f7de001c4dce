import { useFetcher } from '@remix-run/react'
import {
  Badge,
  Banner,
  BlockStack,
  Button,
  Card,
  ChoiceList,
  InlineStack,
  Link,
  Text,
  TextField,
} from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ImportView } from '../../loyalty/read-operations.ts'
import { TitledCard } from '../titled-card.tsx'
import { useFormat } from '../use-format.ts'
import { Progress } from './progress.tsx'
import { SectionPage } from './section-page.tsx'
import { usePolling } from './use-polling.ts'

export interface PastOrdersProps {
  imports: ImportView[]
  /** Without a program nothing can judge the orders. */
  published: boolean
  /** Local dates: the day that the form proposes, and today. */
  proposed: string
  today: string
  /** Points lapse so many months after they were earned; null: not by that rule. */
  expiryMonths: number | null
}

export interface ImportAnswer {
  ok: boolean
  refused?: 'no-program' | 'date' | 'shopify'
}

/** Orders from before the program: with points, or as history that counts towards tiers. */
export function PastOrdersPage({ imports, published, proposed, today, expiryMonths }: PastOrdersProps) {
  const { t } = useTranslation('operations')
  const fetcher = useFetcher<ImportAnswer>()
  const running = imports.find(({ status }) => status === 'running')
  usePolling(running !== undefined)
  const [form, setForm] = useState({ from: proposed, award: false })
  const busy = fetcher.state !== 'idle'
  const refused = fetcher.state === 'idle' ? fetcher.data?.refused : undefined
  return (
    <SectionPage title={t('pastOrders.title')} intro={t('pastOrders.intro')}>
      {!published && (
        <Banner tone="info" title={t('pastOrders.noProgramTitle')}>
          <Link url="/app/program">{t('pastOrders.noProgramText')}</Link>
        </Banner>
      )}
      {running ? (
        <Running
          run={running}
          busy={busy}
          onCancel={() =>
            void fetcher.submit({ intent: 'cancel' }, { method: 'post', encType: 'application/json' })
          }
        />
      ) : (
        <Card>
          <BlockStack gap="400">
            {refused && (
              <Banner tone="critical">
                <Text as="p">{t(`pastOrders.refused.${refused}`)}</Text>
              </Banner>
            )}
            <TextField
              label={t('pastOrders.from')}
              type="date"
              value={form.from}
              max={today}
              onChange={(from) => setForm({ ...form, from })}
              helpText={t('pastOrders.fromHelp')}
              autoComplete="off"
              disabled={!published}
            />
            <ChoiceList
              title={t('pastOrders.how')}
              choices={[
                { value: 'history', label: t('pastOrders.history'), helpText: t('pastOrders.historyHelp') },
                { value: 'award', label: t('pastOrders.award'), helpText: t('pastOrders.awardHelp') },
              ]}
              selected={[form.award ? 'award' : 'history']}
              onChange={([choice]) => setForm({ ...form, award: choice === 'award' })}
              disabled={!published}
            />
            {form.award && expiryMonths !== null && (
              <Banner tone="warning">
                <Text as="p">{t('pastOrders.expiry', { count: expiryMonths })}</Text>
              </Banner>
            )}
            <InlineStack>
              <Button
                variant="primary"
                loading={busy}
                disabled={!published}
                onClick={() =>
                  void fetcher.submit(
                    { intent: 'start', ...form },
                    { method: 'post', encType: 'application/json' },
                  )
                }
              >
                {t('pastOrders.start')}
              </Button>
            </InlineStack>
          </BlockStack>
        </Card>
      )}
      <Past imports={imports.filter(({ status }) => status !== 'running')} />
    </SectionPage>
  )
}

function Running({ run, busy, onCancel }: { run: ImportView; busy: boolean; onCancel: () => void }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const numbers = {
    done: format.number(run.checked),
    total: format.number(Math.max(run.total ?? 0, run.checked)),
  }
  const preparing = { count: run.total ?? 0, number: format.number(run.total ?? 0) }
  return (
    <Card>
      <BlockStack gap="400">
        <Progress
          id="import-state"
          done={run.checked}
          total={run.total ?? 0}
          text={run.preparing ? t('pastOrders.preparing', preparing) : t('pastOrders.running', numbers)}
        />
        <Text as="p" tone="subdued">
          {t('pastOrders.runningText')}
        </Text>
        {run.error && (
          <Banner tone="warning">
            <Text as="p">{t('pastOrders.stalled')}</Text>
          </Banner>
        )}
        <InlineStack>
          <Button onClick={onCancel} loading={busy}>
            {t('pastOrders.cancel')}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  )
}

function Past({ imports }: { imports: ImportView[] }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  if (imports.length === 0) return null
  return (
    <TitledCard title={t('pastOrders.before')}>
      <BlockStack gap="300" as="ul">
        {imports.map((run) => (
          <li key={run.id} style={{ listStyle: 'none' }}>
            <InlineStack align="space-between" gap="200" blockAlign="start">
              <BlockStack gap="050">
                <Text as="span">
                  {t('pastOrders.took', { count: run.taken, number: format.number(run.taken) })}
                  {run.award && ` ${t('pastOrders.gave', { points: format.points(run.points) })}`}
                </Text>
                <Text as="span" variant="bodySm" tone="subdued">
                  {format.dateTime(new Date(run.startedAt))} ·{' '}
                  {t('pastOrders.since', { date: format.date(new Date(run.from)) })} ·{' '}
                  {t(run.award ? 'pastOrders.award' : 'pastOrders.history')}
                </Text>
              </BlockStack>
              <Badge {...(run.status === 'done' && { tone: 'success' as const })}>
                {t(`pastOrders.status.${run.status}`)}
              </Badge>
            </InlineStack>
          </li>
        ))}
      </BlockStack>
    </TitledCard>
  )
}
