import { BlockStack, InlineStack, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { inLocale } from '../../domain/document/local-text.ts'
import { innerQuotes } from '../../domain/text/inner-quotes.ts'
import { REDACTED } from '../../domain/text/redacted.ts'
import type { Activity } from '../../loyalty/numbers/read-activity.ts'
import { TitledCard } from '../titled-card.tsx'
import { type Format, useFormat } from '../use-format.ts'

/** What the book wrote last. Names stay in Shopify; the link leads to the member. */
export function ActivityCard({ activity }: { activity: Activity[] }) {
  const { t } = useTranslation('home')
  const format = useFormat()
  return (
    <TitledCard title={t('activity.title')}>
      {activity.length === 0 && (
        <Text as="p" tone="subdued">
          {t('activity.none')}
        </Text>
      )}
      {activity.map((entry) => (
        <InlineStack key={entry.postingId} align="space-between" blockAlign="start" gap="200" wrap={false}>
          <BlockStack>
            <Text as="p" breakWord>
              {what(entry, t, format)}
            </Text>
            <Text as="p" variant="bodySm" tone="subdued">
              {t('activity.booked', { at: format.dateTime(entry.bookedAt) })}
              {format.date(entry.at) !== format.date(entry.bookedAt) &&
                ` · ${t('activity.happened', { date: format.date(entry.at) })}`}
              {entry.customerId && (
                <>
                  {' · '}
                  <Link url={`/app/members/${entry.customerId}`}>{t('activity.member')}</Link>
                </>
              )}
            </Text>
          </BlockStack>
          <Text as="p" fontWeight="semibold" numeric>
            <span style={{ whiteSpace: 'nowrap' }}>{format.signedPoints(entry.points)}</span>
          </Text>
        </InlineStack>
      ))}
    </TitledCard>
  )
}

type Translate = ReturnType<typeof useTranslation<'home'>>['t']

function what(entry: Activity, t: Translate, format: Format): string {
  if (entry.rewardName) {
    const name = innerQuotes(inLocale(entry.rewardName, format.language))
    if (entry.points > 0) return t(`activity.rewardBack.${entry.cameBack ?? 'unknown'}`, { name })
    return t(entry.again ? 'activity.rewardAgain' : 'activity.reward', { name })
  }
  if (entry.kind === 'order' && entry.orderName) {
    return t(entry.points < 0 ? 'activity.orderBack' : 'activity.order', { name: entry.orderName })
  }
  if (entry.kind === 'expiry' && entry.lapse) return lapsed(entry, entry.lapse, t, format)
  if (entry.award) return t(`sources:${entry.award.source}.${entry.award.part}` as never) as string
  const file = entry.fileName === null ? null : innerQuotes(entry.fileName)
  if (entry.kind === 'import') {
    const undone = entry.points < 0 ? 'Undone' : ''
    return file === null ? t(`activity.import${undone}`) : t(`activity.import${undone}Of`, { file })
  }
  const reason = entry.reason === REDACTED ? null : entry.reason
  if (reason !== null)
    return file === null ? t('activity.adjusted', { reason }) : t('activity.adjustedByFile', { file, reason })
  return t(`activity.kind.${entry.kind}`, { defaultValue: t('activity.kind.other') })
}

/** Which points lapsed, and when their last day was. */
function lapsed(
  { orderName }: Activity,
  { earnedAt, on }: NonNullable<Activity['lapse']>,
  t: Translate,
  format: Format,
): string {
  const which =
    orderName === null
      ? t('activity.lapsed', { date: format.date(earnedAt) })
      : t('activity.lapsedOfOrder', { name: orderName })
  return on === null ? which : `${which} · ${t('activity.lastDay', { date: format.day(on) })}`
}
