import { Badge, Banner, BlockStack, Box, Button, Card, InlineStack, Page, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DrawView } from '../../../loyalty/pages/open-draws.ts'
import { EmptyCard } from '../../empty-card.tsx'
import { downloadFile } from '../../kit/save-file.ts'
import { PageText } from '../../page-text.tsx'
import { useFormat } from '../../use-format.ts'

/** Prize draws: who takes part with how many tickets, and the list to draw from. */
export function DrawsPage({ draws }: { draws: DrawView[] }) {
  const { t } = useTranslation('members')
  return (
    <Page title={t('draws.title')} backAction={{ content: t('list.title'), url: '/app/members' }}>
      <BlockStack gap="400">
        <PageText>
          <Text as="p" tone="subdued">
            {t('draws.intro')}
          </Text>
        </PageText>
        {draws.length === 0 ? (
          <EmptyCard title={t('draws.empty')} text={t('draws.emptyText')} />
        ) : (
          <BlockStack gap="300" as="ul">
            {draws.map((one) => (
              <li key={one.id} style={{ listStyle: 'none' }}>
                <DrawCard one={one} />
              </li>
            ))}
          </BlockStack>
        )}
        <Box paddingBlockEnd="800" />
      </BlockStack>
    </Page>
  )
}

function DrawCard({ one }: { one: DrawView }) {
  const { t } = useTranslation('members')
  const format = useFormat()
  const file = useTickets(one.id)
  const { name, endsAt, over, tickets, members, takenBack } = one
  const end = endsAt && format.dateTime(new Date(endsAt))
  return (
    <Card>
      <BlockStack gap="200">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm" breakWord>
            {name}
          </Text>
          <Badge tone={over ? 'info' : 'success'}>{t(over ? 'draws.over' : 'draws.open')}</Badge>
        </InlineStack>
        <Text as="p">
          {t('draws.tickets', { count: tickets, number: format.number(tickets) })} ·{' '}
          {t('draws.members', { count: members, number: format.number(members) })}
          {takenBack > 0 &&
            ` · ${t('draws.takenBack', { count: takenBack, number: format.number(takenBack) })}`}
        </Text>
        {end && (
          <Text as="p" tone="subdued" variant="bodySm">
            {t(over ? 'draws.ended' : 'draws.ends', { date: end })}
          </Text>
        )}
        {file.failed && (
          <Banner tone="critical">
            <Text as="p">{t('list.exportFailed')}</Text>
          </Banner>
        )}
        {tickets > 0 && (
          <InlineStack>
            <Button
              loading={file.busy}
              onClick={file.save}
              accessibilityLabel={t('draws.fileOf', { draw: name })}
            >
              {t('draws.file.action')}
            </Button>
          </InlineStack>
        )}
      </BlockStack>
    </Card>
  )
}

function useTickets(draw: string) {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  const save = async () => {
    setState('busy')
    const saved = await downloadFile(`/app/members/draws/${draw}`, `stammgast-tickets-${draw}.csv`)
    setState(saved ? 'idle' : 'failed')
  }
  return { save: () => void save(), busy: state === 'busy', failed: state === 'failed' }
}
