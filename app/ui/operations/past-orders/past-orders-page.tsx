import {
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
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PastOrdersView } from '../../../loyalty/pages/open-past-orders.ts'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { useChange } from '../../kit/use-change.ts'
import { SectionPage } from '../section-page.tsx'
import { usePolling } from '../use-polling.ts'
import { EstimateCard } from './estimate-card.tsx'
import { ImportProgress } from './import-progress.tsx'
import type { ImportWish } from './import-wish.ts'
import { ImportsCard } from './imports-card.tsx'

export interface ImportAnswer {
  ok: boolean
  refused?: 'no-program' | 'date' | 'shopify' | 'state'
}

const MOVING = ['estimating', 'running', 'undoing']

/** Orders from before the program: with points, or as history that counts towards tiers. */
export function PastOrdersPage({ imports, ...props }: PastOrdersView) {
  const { t } = useTranslation('operations')
  const { submit, busy, answer, lost, forget } = useChange<ImportAnswer>()
  const send = (wish: ImportWish) => void submit({ ...wish }, { method: 'post', encType: 'application/json' })
  const moving = imports.find(({ status }) => MOVING.includes(status))
  const estimated = imports.find(({ status }) => status === 'estimated')
  usePolling(moving !== undefined || lost === 'unknown')
  const runs = imports.map(({ id, status }) => `${id} ${status}`).join(', ')
  // What became of the wish can be seen: nobody need send it again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another run, or another state of one, is the signal
  useEffect(() => {
    if (lost) forget()
  }, [runs])
  const sending = { busy, lost, answered: answer !== undefined, send }
  return (
    <SectionPage title={t('pastOrders.title')} intro={t('pastOrders.intro')}>
      {!props.published && (
        <Banner tone="info" title={t('pastOrders.noProgramTitle')}>
          <Link url="/app/program">{t('pastOrders.noProgramText')}</Link>
        </Banner>
      )}
      {lost && <LostBanner why={lost} repeatable entered={!moving && !estimated} />}
      {answer?.refused && (
        <Banner tone="critical">
          <Text as="p">{t(`pastOrders.refused.${answer.refused}`)}</Text>
        </Banner>
      )}
      {moving ? (
        <ImportProgress run={moving} busy={busy} onCancel={() => send({ intent: 'cancel' })} />
      ) : estimated ? (
        <EstimateCard run={estimated} {...sending} {...props} />
      ) : (
        <StartCard {...props} busy={busy} onStart={(form) => send({ intent: 'start', ...form })} />
      )}
      <ImportsCard
        imports={imports.filter((run) => run !== moving && run !== estimated)}
        idle={!moving}
        {...sending}
      />
    </SectionPage>
  )
}

interface StartProps extends Omit<PastOrdersView, 'imports' | 'rewards' | 'highestFactor' | 'tiersMatter'> {
  busy: boolean
  onStart: (form: { from: string; award: boolean }) => void
}

function StartCard({ published, proposed, today, expiryMonths, busy, onStart }: StartProps) {
  const { t } = useTranslation('operations')
  const [form, setForm] = useState({ from: proposed, award: false })
  return (
    <Card>
      <BlockStack gap="400">
        <TextField
          label={t('pastOrders.from')}
          type="date"
          value={form.from}
          max={today}
          onChange={(from) => setForm({ ...form, from })}
          helpText={t('pastOrders.fromHelp')}
          autoComplete="off"
        />
        <ChoiceList
          title={t('pastOrders.how')}
          choices={[
            { value: 'history', label: t('pastOrders.history'), helpText: t('pastOrders.historyHelp') },
            { value: 'award', label: t('pastOrders.award'), helpText: t('pastOrders.awardHelp') },
          ]}
          selected={[form.award ? 'award' : 'history']}
          onChange={([choice]) => setForm({ ...form, award: choice === 'award' })}
        />
        {form.award && expiryMonths !== null && (
          <Banner tone="warning">
            <Text as="p">{t('pastOrders.expiry', { count: expiryMonths })}</Text>
          </Banner>
        )}
        <InlineStack>
          <Button variant="primary" loading={busy} disabled={!published} onClick={() => onStart(form)}>
            {t(form.award ? 'pastOrders.reckon' : 'pastOrders.start')}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  )
}
