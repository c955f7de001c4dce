import { useSearchParams } from '@remix-run/react'
import { Badge, BlockStack, Box, Button, Card, InlineStack, Link, Page, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CausePayment } from '../../../loyalty/causes/cause-payments.ts'
import type { CausesView } from '../../../loyalty/pages/open-causes.ts'
import { EmptyCard } from '../../empty-card.tsx'
import { PageTurner } from '../../page-turner.tsx'
import { useFormat } from '../../use-format.ts'
import { CAUSES, CauseFigures } from './cause-figures.tsx'
import { CorrectDialog } from './correct-dialog.tsx'
import { PayDialog } from './pay-dialog.tsx'

interface Props {
  shown: NonNullable<CausesView['shown']>
  today: string
}

/** What was paid to one cause, entry by entry: none is ever changed or gone. */
export function PaymentsPage({ shown: { cause, payments, next, first }, today }: Props) {
  const { t } = useTranslation('members')
  const [, setParameters] = useSearchParams()
  const [paying, setPaying] = useState(false)
  // Kept here and not with its line: what the answer says has to outlive that.
  const [asked, setAsked] = useState<CausePayment | null>(null)
  const show = (after: number | null) =>
    setParameters({ cause: cause.id, ...(after !== null && { after: String(after) }) })
  return (
    <Page
      title={cause.name}
      backAction={{ content: t('causes.title'), url: CAUSES }}
      primaryAction={{ content: t('causes.pay.action'), onAction: () => setPaying(true) }}
    >
      <BlockStack gap="400">
        <Card>
          <CauseFigures one={cause} />
        </Card>
        {payments.length === 0 ? (
          <EmptyCard title={t('causes.noPayments')} text={t('causes.noPaymentsText')} />
        ) : (
          <BlockStack gap="300" as="ul">
            {payments.map((one) => (
              <li key={one.id} style={{ listStyle: 'none' }}>
                <PaymentCard one={one} onCorrect={() => setAsked(one)} />
              </li>
            ))}
          </BlockStack>
        )}
        <PageTurner
          first={first}
          next={next}
          toFirst={{ tooltip: t('toDo.firstPage'), go: () => show(null) }}
          toNext={{ tooltip: t('toDo.nextPage'), go: () => show(next) }}
        />
        <Box paddingBlockEnd="800" />
      </BlockStack>
      {paying && <PayDialog cause={cause} today={today} onClose={() => setPaying(false)} />}
      {asked && <CorrectDialog payment={asked} onClose={() => setAsked(null)} />}
    </Page>
  )
}

function PaymentCard({ one, onCorrect }: { one: CausePayment; onCorrect: () => void }) {
  const { t } = useTranslation('members')
  const format = useFormat()
  const number = /^staff:(.+)$/.exec(one.actor)?.[1] ?? one.actor
  const amount = format.money(one.amount)
  return (
    <Card>
      <BlockStack gap="100">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {amount}
          </Text>
          {one.corrected && <Badge>{t('causes.corrected')}</Badge>}
          {one.corrects !== null && <Badge>{t('causes.correction')}</Badge>}
        </InlineStack>
        <Text as="p">{t('causes.paidOn', { date: format.day(one.paidOn) })}</Text>
        {one.note && (
          <Text as="p" breakWord>
            {one.note}
          </Text>
        )}
        <Proof proof={one.proof} />
        <Text as="p" tone="subdued" variant="bodySm">
          {t('causes.entered', { date: format.dateTime(new Date(one.createdAt)), number })}
        </Text>
        {one.corrects === null && !one.corrected && (
          <InlineStack>
            <Button
              variant="plain"
              accessibilityLabel={t('causes.correct.actionOf', { amount, date: format.day(one.paidOn) })}
              onClick={onCorrect}
            >
              {t('causes.correct.action')}
            </Button>
          </InlineStack>
        )}
      </BlockStack>
    </Card>
  )
}

/** A link that names a person is taken away by her redaction; what stands there then is no link. */
function Proof({ proof }: { proof: string | null }) {
  const { t } = useTranslation('members')
  if (proof === null) return null
  if (!proof.startsWith('https://')) return <Text as="p">{proof}</Text>
  return (
    <Text as="p" breakWord>
      <Link url={proof} target="_blank">
        {t('causes.proof')}
      </Link>
    </Text>
  )
}
