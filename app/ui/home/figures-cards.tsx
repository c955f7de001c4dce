import {
  BlockStack,
  Card,
  InlineGrid,
  Link,
  SkeletonBodyText,
  SkeletonDisplayText,
  Text,
} from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { Program } from '../../domain/program/program.ts'
import type { Figures } from '../../loyalty/numbers/read-figures.ts'
import { useFormat } from '../use-format.ts'
import { PointsChart } from './points-chart.tsx'
import { useWorth } from './use-worth.ts'

/** The last 30 days beside the 30 before, and what members hold. */
export function FiguresCards({ figures, rewards }: { figures: Figures; rewards: Program['rewards'] }) {
  const { t } = useTranslation('home')
  const format = useFormat()
  const { current, previous, outstanding } = figures
  const counted = (key: string, count: number) => t(key, { count, number: format.number(count) })
  const members = counted('outstanding.members', outstanding.members)
  const { available, held, pending } = outstanding
  const all = available + held + pending
  const worth = useWorth(all, rewards)
  return (
    <BlockStack gap="400">
      <InlineGrid columns={{ xs: 2, md: 4 }} gap="400">
        {(['earned', 'redeemed', 'activeMembers', 'orders'] as const).map((name) => (
          <Figure
            key={name}
            label={t(`figure.${name}`)}
            value={format.number(current[name])}
            note={
              <>
                <Comparison now={current[name]} before={previous[name]} />
                {name === 'activeMembers' && current.activeGuests > 0 && (
                  <Text as="p" variant="bodySm" tone="subdued">
                    {counted('figure.guests', current.activeGuests)}
                  </Text>
                )}
                {name === 'earned' &&
                  figures.sources.map(({ source, points }) => (
                    <Text as="p" variant="bodySm" tone="subdued" key={source}>
                      {t(`sources:${source}.figure` as never, { number: format.number(points) }) as string}
                    </Text>
                  ))}
              </>
            }
          />
        ))}
      </InlineGrid>
      <Card>
        <BlockStack gap="100">
          <Text as="h3" variant="bodyMd" tone="subdued">
            {t('outstanding.title')}
          </Text>
          <Text as="p" variant="headingLg">
            {format.points(all)}
          </Text>
          <Text as="p">
            {t(held > 0 ? 'outstanding.splitHeld' : 'outstanding.split', {
              members:
                outstanding.guests === 0
                  ? members
                  : t('outstanding.both', {
                      members,
                      guests: counted('outstanding.guests', outstanding.guests),
                    }),
              available: format.number(available),
              held: format.number(held),
              pending: format.number(pending),
            })}
          </Text>
          {outstanding.guests > 0 && (
            <Text as="p">
              <Link url="/app/members?only=guests">{t('outstanding.seeGuests')}</Link>
            </Text>
          )}
          <Text as="p" tone="subdued">
            {worth}
          </Text>
        </BlockStack>
      </Card>
      <PointsChart days={figures.days} />
    </BlockStack>
  )
}

function Figure({ label, value, note }: { label: string; value: string; note: React.ReactNode }) {
  return (
    <Card>
      <BlockStack gap="100">
        <Text as="h3" variant="bodyMd" tone="subdued">
          {label}
        </Text>
        <Text as="p" variant="headingLg">
          {value}
        </Text>
        {note}
      </BlockStack>
    </Card>
  )
}

/** "12 % mehr als in den 30 Tagen davor". Points may be below zero, when more went back than came: that is no share. */
function Comparison({ now, before }: { now: number; before: number }) {
  const { t } = useTranslation('home')
  const format = useFormat()
  if (before <= 0 || now < 0) {
    return (
      <Text as="p" variant="bodySm" tone="subdued">
        {t('compare.number', { number: format.number(before) })}
      </Text>
    )
  }
  const share = (now - before) / before
  const way = share > 0 ? 'more' : share < 0 ? 'less' : 'same'
  return (
    <Text as="p" variant="bodySm" tone="subdued">
      {t(`compare.${way}`, { percent: format.percent(Math.abs(share)) })}
    </Text>
  )
}

/** The same places while the figures are being added up: nothing jumps when they come. */
export function FiguresSkeleton() {
  const { t } = useTranslation('home')
  return (
    <div role="status" aria-label={t('loading')}>
      <BlockStack gap="400">
        <InlineGrid columns={{ xs: 2, md: 4 }} gap="400">
          {['a', 'b', 'c', 'd'].map((key) => (
            <Card key={key}>
              <BlockStack gap="200">
                <SkeletonBodyText lines={1} />
                <SkeletonDisplayText size="small" />
              </BlockStack>
            </Card>
          ))}
        </InlineGrid>
        <Card>
          <div style={{ minHeight: 96 }}>
            <SkeletonBodyText lines={3} />
          </div>
        </Card>
        <Card>
          <div style={{ minHeight: 300 }}>
            <SkeletonBodyText lines={6} />
          </div>
        </Card>
      </BlockStack>
    </div>
  )
}
