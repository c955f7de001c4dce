import { Badge, Banner, BlockStack, Button, Card, InlineStack, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { CodeFindingView, CodesView } from '../../loyalty/upkeep/read-operations.ts'
import { LostBanner } from '../kit/lost-banner.tsx'
import { useJsonChange } from '../kit/use-change.ts'
import { useFormat } from '../use-format.ts'
import { Progress } from './progress.tsx'

/** Codes that are something else in Shopify than in the book, and what comes of it. `asked`: a run is to begin. */
export function CodesInShopifyCard({ codes, asked }: { codes: CodesView; asked: boolean }) {
  const { t } = useTranslation('operations')
  const { at, toSee, open, findings, running } = codes
  const change = useJsonChange()
  const busy = change.busy || running || asked
  const unsettled = findings.filter(({ settledAt }) => settledAt === null).length
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="start" gap="200">
          <InlineStack gap="200" blockAlign="center">
            <Text as="h2" variant="headingMd">
              {t('codes.title')}
            </Text>
            {toSee > 0 ? (
              <Badge tone="attention">{t('codes.toSee', { count: toSee })}</Badge>
            ) : (
              at && open === 0 && <Badge tone="success">{t('state.fine')}</Badge>
            )}
          </InlineStack>
          <Button loading={busy} onClick={() => void change.send({ check: 'codes' })}>
            {t('codes.now')}
          </Button>
        </InlineStack>
        <Text as="p" tone="subdued">
          {t('codes.intro')}
        </Text>
        {change.lost && <LostBanner why={change.lost} repeatable />}
        <Comparison codes={codes} begins={busy && !running} />
        {findings.length > 0 && (
          <BlockStack gap="300" as="ul">
            {findings.map((finding) => (
              <li key={finding.redemptionId} style={{ listStyle: 'none' }}>
                <Finding finding={finding} />
              </li>
            ))}
          </BlockStack>
        )}
        {open > unsettled && (
          <Text as="p" tone="subdued">
            {t('codes.more', { count: open - unsettled })}
          </Text>
        )}
        {codes.unknown.count > 0 && <UnknownDiscounts unknown={codes.unknown} />}
      </BlockStack>
    </Card>
  )
}

/** How far the comparison is, while one runs, and what the last one came to. */
function Comparison({ codes, begins }: { codes: CodesView; begins: boolean }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const { at, compared, goesOn, open, running, total, failed } = codes
  const count = { count: compared, number: format.number(compared) }
  if (running) {
    // Between two rounds nothing of the new one is compared yet.
    const done = goesOn ? compared : 0
    const text = t('codes.running', { done: format.number(done), count: total, total: format.number(total) })
    return <Progress id="codes" done={done} total={total} text={text} />
  }
  const told = at && { at: format.dateTime(new Date(at)), ...count }
  return (
    <BlockStack gap="200">
      <div role="status">
        <Text as="p">
          {begins && t('codes.begins')}
          {!begins && (told ? t(goesOn ? 'codes.onTheWay' : 'codes.whole', told) : t('codes.never'))}
          {!begins && told && open === 0 && ` ${t('codes.agree')}`}
        </Text>
      </div>
      {failed && !begins && (
        <Banner tone="warning">
          <Text as="p">{t('codes.failed')}</Text>
        </Banner>
      )}
    </BlockStack>
  )
}

function Finding({ finding }: { finding: CodeFindingView }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const { code, customerId, why, problem, repair, discountId, foundAt, settledAt } = finding
  const way = why === 'unread' ? why : (repair ?? 'none')
  return (
    <BlockStack gap="100">
      <InlineStack gap="200">
        {customerId === null ? (
          <Text as="span" fontWeight="semibold">
            {code}
          </Text>
        ) : (
          <Link url={`/app/members/${customerId}`}>{code}</Link>
        )}
        {discountId !== null && (
          <Link
            url={`shopify://admin/discounts/${discountId}`}
            target="_top"
            accessibilityLabel={t('codes.discountOf', { code })}
          >
            {t('codes.discount')}
          </Link>
        )}
        <Text as="span" tone="subdued">
          {settledAt
            ? t('codes.settled', { at: format.dateTime(new Date(settledAt)) })
            : t('codes.found', { at: format.dateTime(new Date(foundAt)) })}
        </Text>
      </InlineStack>
      <Text as="p">{t(`codes.why.${why}`, { problem })}</Text>
      {!settledAt && (
        <Text as="p" tone="subdued">
          {t(`codes.repair.${way}`)}
        </Text>
      )}
    </BlockStack>
  )
}

/** Only named: whoever made them, it is the merchant who says what becomes of them. */
function UnknownDiscounts({ unknown: { count, unread, first } }: { unknown: CodesView['unknown'] }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const known = first.filter(({ problem }) => problem === null)
  const notRead = first.filter(({ problem }) => problem !== null)
  const other = count - unread
  return (
    <BlockStack gap="200">
      {other > 0 && (
        <>
          <Text as="h3" variant="headingSm">
            {t('codes.unknown.title', { count: other, number: format.number(other) })}
          </Text>
          <Text as="p">{t('codes.unknown.text')}</Text>
          <Discounts discounts={known} />
        </>
      )}
      {unread > 0 && (
        <>
          <Text as="h3" variant="headingSm">
            {t('codes.unread.title', { count: unread, number: format.number(unread) })}
          </Text>
          <Text as="p">{t('codes.unread.text')}</Text>
          <Discounts discounts={notRead} />
        </>
      )}
      {count > first.length && (
        <Text as="p" tone="subdued">
          {t('codes.more', { count: count - first.length })}
        </Text>
      )}
    </BlockStack>
  )
}

function Discounts({ discounts }: { discounts: CodesView['unknown']['first'] }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  return (
    <BlockStack gap="100" as="ul">
      {discounts.map(({ discountId, code, problem, foundAt }) => (
        <li key={discountId} style={{ listStyle: 'none' }}>
          <InlineStack gap="200">
            <Link
              url={`shopify://admin/discounts/${discountId}`}
              target="_top"
              accessibilityLabel={t('codes.discountOf', { code: code || discountId })}
            >
              {code || discountId}
            </Link>
            <Text as="span" tone="subdued">
              {t('codes.found', { at: format.dateTime(new Date(foundAt)) })}
            </Text>
            {problem && <Text as="span">{t('codes.unread.why', { problem })}</Text>}
          </InlineStack>
        </li>
      ))}
    </BlockStack>
  )
}
