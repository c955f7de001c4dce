import { useSearchParams } from '@remix-run/react'
import { useAppBridge } from '@shopify/app-bridge-react'
import { Badge, BlockStack, Button, Card, Collapsible, InlineStack, Link, Text } from '@shopify/polaris'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StuckDeliveries, StuckDelivery } from '../../loyalty/deliveries/read-deliveries.ts'
import { EmptyCard } from '../empty-card.tsx'
import { LostBanner } from '../kit/lost-banner.tsx'
import { useChange } from '../kit/use-change.ts'
import { PageText } from '../page-text.tsx'
import { PageTurner } from '../page-turner.tsx'
import { useFormat } from '../use-format.ts'
import { reasonText } from './reason-text.ts'
import { SectionPage } from './section-page.tsx'
import { stuckText } from './stuck-text.ts'

/** Messages of Shopify's that did not get through: what they are about, why, and the way to try again. */
export function DeliveriesPage({ deliveries, quarantined, waiting, next }: StuckDeliveries) {
  const { t } = useTranslation('operations')
  const [parameters, setParameters] = useSearchParams()
  const again = useTryAgain()
  const go = (before: number | null) =>
    setParameters((known) => {
      const changed = new URLSearchParams(known)
      if (before) changed.set('before', String(before))
      else changed.delete('before')
      return changed
    })
  const first = !parameters.has('before')
  if (deliveries.length === 0 && first)
    return (
      <SectionPage title={t('deliveries.title')} intro={t('deliveries.intro')}>
        <EmptyCard title={t('deliveries.emptyTitle')} text={t('deliveries.emptyText')} />
      </SectionPage>
    )
  return (
    <SectionPage
      title={t('deliveries.title')}
      intro={t('deliveries.intro')}
      primaryAction={{
        content: t('deliveries.tryAll'),
        loading: again.busy,
        onAction: () => again.send(null),
      }}
    >
      {again.lost && <LostBanner why={again.lost} repeatable />}
      <PageText>
        <Text as="p">{stuckText(t, { quarantined, waiting })}</Text>
      </PageText>
      <BlockStack gap="300" as="ul">
        {deliveries.map((delivery) => (
          <li key={delivery.deliveryId} style={{ listStyle: 'none' }}>
            <DeliveryCard
              delivery={delivery}
              busy={again.busy}
              onTry={() => again.send(delivery.deliveryId)}
            />
          </li>
        ))}
      </BlockStack>
      <PageTurner
        first={first}
        next={next}
        toFirst={{ tooltip: t('deliveries.newest'), go: () => go(null) }}
        toNext={{ tooltip: t('deliveries.older'), go: () => go(next) }}
      />
    </SectionPage>
  )
}

function useTryAgain() {
  const { t } = useTranslation('operations')
  const bridge = useAppBridge()
  const { submit, busy, answer, lost } = useChange<{ ok: boolean; tried: number }>()
  useEffect(() => {
    if (answer?.ok) bridge.toast.show(t('deliveries.tried', { count: answer.tried }))
  }, [answer, t, bridge])
  return {
    busy,
    lost,
    send: (deliveryId: number | null) =>
      void submit({ deliveryId }, { method: 'post', encType: 'application/json' }),
  }
}

interface CardProps {
  delivery: StuckDelivery
  busy: boolean
  onTry: () => void
}

function DeliveryCard({ delivery, busy, onTry }: CardProps) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const details = `delivery-${delivery.deliveryId}`
  const about = useSubject(delivery)
  const reason = reasonText(t, delivery.reason)
  const when = format.dateTime(new Date(delivery.receivedAt))
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="start" gap="200">
          <BlockStack gap="100">
            <Text as="h2" variant="headingSm">
              {about.title}
            </Text>
            <Text as="p" tone="subdued" variant="bodySm">
              {t('deliveries.came', { at: when, count: delivery.attempts })}
            </Text>
          </BlockStack>
          <Badge tone={delivery.status === 'quarantined' ? 'critical' : 'attention'}>
            {t(`deliveries.status.${delivery.status}`)}
          </Badge>
        </InlineStack>
        <Text as="p">{reason}</Text>
        {delivery.status === 'waiting' && delivery.nextTry && (
          <Text as="p" tone="subdued" variant="bodySm">
            {t('deliveries.nextTry', { at: format.dateTime(new Date(delivery.nextTry)) })}
          </Text>
        )}
        <InlineStack gap="300" blockAlign="center">
          <Button
            onClick={onTry}
            disabled={busy}
            accessibilityLabel={`${t('deliveries.try')}: ${about.title}, ${when}`}
          >
            {t('deliveries.try')}
          </Button>
          <Button
            variant="plain"
            disclosure={open ? 'up' : 'down'}
            ariaExpanded={open}
            ariaControls={details}
            onClick={() => setOpen(!open)}
            accessibilityLabel={`${t('deliveries.look')}: ${about.title}, ${when}`}
          >
            {t('deliveries.look')}
          </Button>
          {about.links.map(({ url, text }) => (
            <Link key={url} url={url} {...(url.startsWith('shopify:') && { target: '_top' })}>
              {text}
            </Link>
          ))}
        </InlineStack>
        <Collapsible id={details} open={open}>
          <Fields delivery={delivery} />
        </Collapsible>
      </BlockStack>
    </Card>
  )
}

function Fields({ delivery }: { delivery: StuckDelivery }) {
  const { t } = useTranslation('operations')
  const rows = [
    { name: t('deliveries.topic'), value: delivery.topic },
    ...delivery.fields,
    ...(delivery.sentence ? [{ name: t('deliveries.sentence'), value: delivery.sentence }] : []),
  ]
  return (
    <BlockStack gap="200">
      <Text as="p" variant="bodySm" tone="subdued">
        {t(delivery.fields.length > 0 ? 'deliveries.fieldsText' : 'deliveries.noFields')}
      </Text>
      <dl
        style={{
          margin: 0,
          display: 'grid',
          gridTemplateColumns: 'minmax(7rem, auto) 1fr',
          gap: '0.25rem 1rem',
        }}
      >
        {rows.map(({ name, value }) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>
              <Text as="span" tone="subdued">
                {name}
              </Text>
            </dt>
            <dd style={{ margin: 0, overflowWrap: 'anywhere' }}>{value}</dd>
          </div>
        ))}
      </dl>
    </BlockStack>
  )
}

const EVENTS = [
  'create',
  'update',
  'updated',
  'delete',
  'merge',
  'data_request',
  'redact',
  'uninstalled',
  'scopes_update',
]
const KINDS = ['orders', 'customers', 'disputes', 'products', 'collections', 'shop', 'app']

function useSubject({ topic, order, customerId }: StuckDelivery) {
  const { t } = useTranslation('operations')
  const [kind = '', event = ''] = topic.split('/')
  const known = KINDS.includes(kind) ? kind : 'other'
  const noun = t(`deliveries.kind.${known}`)
  const name = order?.name ?? null
  const links = []
  if (order)
    links.push({
      url: `shopify://admin/orders/${order.id}`,
      text: t('deliveries.orderLink', { name: order.name ?? order.id }),
    })
  if (customerId) links.push({ url: `/app/members/${customerId}`, text: t('deliveries.memberLink') })
  const what = EVENTS.includes(event) ? t(`deliveries.event.${event}`) : topic
  return { title: `${name ? `${noun} ${name}` : noun} (${what})`, links }
}
