import { Button, Card, IndexTable, Link, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DataRequestView } from '../../loyalty/upkeep/read-operations.ts'
import { EmptyCard } from '../empty-card.tsx'
import { downloadFile } from '../kit/save-file.ts'
import { useFormat } from '../use-format.ts'
import { SectionPage } from './section-page.tsx'

/** Customers who asked what is kept of them, with the file to hand on. */
export function PrivacyPage({ requests, keptDays }: { requests: DataRequestView[]; keptDays: number }) {
  const { t } = useTranslation('operations')
  const format = useFormat()
  const [failed, setFailed] = useState<string | null>(null)
  const download = async (requestId: string) => {
    setFailed(null)
    const file = `data-request-${requestId}.json`
    if (!(await downloadFile(`/app/operations/privacy/${requestId}`, file))) setFailed(requestId)
  }
  return (
    <SectionPage title={t('privacy.title')} intro={t('privacy.intro', { count: keptDays })}>
      {requests.length === 0 ? (
        <EmptyCard title={t('privacy.emptyTitle')} text={t('privacy.emptyText')} />
      ) : (
        <Card padding="0">
          <IndexTable
            selectable={false}
            itemCount={requests.length}
            headings={[
              { title: t('privacy.asked') },
              { title: t('privacy.customer') },
              { title: t('privacy.file') },
            ]}
          >
            {requests.map(({ requestId, askedAt, customerId }, position) => (
              <IndexTable.Row id={requestId} key={requestId} position={position}>
                <IndexTable.Cell>{format.dateTime(new Date(askedAt))}</IndexTable.Cell>
                <IndexTable.Cell>
                  {customerId ? <Link url={`/app/members/${customerId}`}>{customerId}</Link> : '–'}
                </IndexTable.Cell>
                <IndexTable.Cell>
                  <Button
                    onClick={() => void download(requestId)}
                    accessibilityLabel={t('privacy.downloadOf', { customer: customerId ?? requestId })}
                  >
                    {t('privacy.download')}
                  </Button>
                  {failed === requestId && (
                    <Text as="p" tone="critical">
                      {t('privacy.failed')}
                    </Text>
                  )}
                </IndexTable.Cell>
              </IndexTable.Row>
            ))}
          </IndexTable>
        </Card>
      )}
    </SectionPage>
  )
}
