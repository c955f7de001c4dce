import { useSearchParams } from '@remix-run/react'
import { BlockStack, Box, Button, Card, InlineStack, Link, Page, Tabs, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { ToDo, ToDoView } from '../../loyalty/pages/open-to-do.ts'
import { EmptyCard } from '../empty-card.tsx'
import { PageText } from '../page-text.tsx'
import { PageTurner } from '../page-turner.tsx'
import { useFormat } from '../use-format.ts'
import { type Deeds, OpenDeeds, useDeeds } from './changes/deeds.tsx'

const LISTS = ['open', 'done'] as const

/** What people of the shop are to do for members who have redeemed points for it, and what they have done. */
export function ToDoPage({ which, items, next, first }: ToDoView) {
  const { t } = useTranslation('members')
  const [, setParameters] = useSearchParams()
  const deeds = useDeeds()
  const show = (list: 'open' | 'done', after: number | null = null) =>
    setParameters({ ...(list === 'done' && { show: list }), ...(after !== null && { after: String(after) }) })
  return (
    <Page title={t('toDo.title')} backAction={{ content: t('list.title'), url: '/app/members' }}>
      <BlockStack gap="400">
        <PageText>
          <Text as="p" tone="subdued">
            {t('toDo.intro')}
          </Text>
        </PageText>
        <Tabs
          tabs={LISTS.map((list) => ({ id: `to-do-${list}`, content: t(`toDo.list.${list}`) }))}
          selected={LISTS.indexOf(which)}
          onSelect={(n) => show(LISTS[n] ?? 'open')}
        />
        {deeds.news}
        {items.length === 0 ? (
          <EmptyCard title={t(`toDo.empty.${which}`)} text={t(`toDo.emptyText.${which}`)} />
        ) : (
          <BlockStack gap="300" as="ul">
            {items.map((one) => (
              <li key={one.id} style={{ listStyle: 'none' }}>
                <ToDoCard one={one} deeds={deeds} />
              </li>
            ))}
          </BlockStack>
        )}
        <PageTurner
          first={first}
          next={next}
          toFirst={{ tooltip: t('toDo.firstPage'), go: () => show(which) }}
          toNext={{ tooltip: t('toDo.nextPage'), go: () => show(which, next) }}
        />
        <Box paddingBlockEnd="800" />
      </BlockStack>
      {deeds.dialog}
    </Page>
  )
}

function ToDoCard({ one, deeds }: { one: ToDo; deeds: Deeds }) {
  const { t } = useTranslation('members')
  const format = useFormat()
  const { doneAt } = one
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingSm">
          {one.rewardName}
        </Text>
        <Text as="p">
          <Customer one={one} /> · <code>{one.code}</code> · {format.points(one.points)}
        </Text>
        <Text as="p" tone="subdued" variant="bodySm">
          {t('toDo.since', { date: format.dateTime(new Date(one.since)) })}
          {' · '}
          {doneAt === null
            ? t('codes.until', { date: format.date(new Date(one.until)) })
            : t('toDo.doneAt', { date: format.dateTime(new Date(doneAt)) })}
        </Text>
        {doneAt === null && <OpenDeeds one={one} deeds={deeds} />}
        {one.undoable && (
          <InlineStack>
            <Button
              disabled={deeds.busy}
              accessibilityLabel={t('toDo.of', {
                action: t('toDo.undo'),
                reward: one.rewardName,
                code: one.code,
              })}
              onClick={() => deeds.act('undo', one)}
            >
              {t('toDo.undo')}
            </Button>
          </InlineStack>
        )}
      </BlockStack>
    </Card>
  )
}

function Customer({ one: { customerId, customerName } }: { one: ToDo }) {
  const { t } = useTranslation('members')
  if (customerId === null) return t('toDo.gone')
  const name = customerName ?? t('page.customerNumber', { number: customerId })
  return <Link url={`/app/members/${customerId}`}>{name}</Link>
}
