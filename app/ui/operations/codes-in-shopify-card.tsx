import { Badge, BlockStack, Card, InlineStack, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { CodeFindingView, CodesView } from '../../loyalty/read-operations.ts'
import { useFormat } from '../use-format.ts'

/** Codes that are something else in Shopify than in the book, and what comes of it. */
export function CodesInShopifyCard({ codes }: { codes: CodesView }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const { at, compared, goesOn, toSee, open, findings } = codes
  const unsettled = findings.filter(({ settledAt }) => settledAt === null).length
  const told = at && {
    at: format.dateTime(new Date(at)),
    count: compared,
    number: format.number(compared),
  }
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="start" gap="200">
          <Text as="h2" variant="headingMd">
            {t('codes.title')}
          </Text>
          {toSee > 0 ? (
            <Badge tone="attention">{t('codes.toSee', { count: toSee })}</Badge>
          ) : (
            at && open === 0 && <Badge tone="success">{t('state.fine')}</Badge>
          )}
        </InlineStack>
        <Text as="p" tone="subdued">
          {t('codes.intro')}
        </Text>
        <Text as="p">
          {told ? t(goesOn ? 'codes.onTheWay' : 'codes.whole', told) : t('codes.never')}
          {told && open === 0 && ` ${t('codes.agree')}`}
        </Text>
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
      </BlockStack>
    </Card>
  )
}

function Finding({ finding }: { finding: CodeFindingView }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const { code, customerId, why, repair, discountId, foundAt, settledAt } = finding
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
      <Text as="p">{t(`codes.why.${why}`)}</Text>
      {!settledAt && (
        <Text as="p" tone="subdued">
          {t(`codes.repair.${repair ?? 'none'}`)}
        </Text>
      )}
    </BlockStack>
  )
}
