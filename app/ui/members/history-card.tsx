import {
  Badge,
  BlockStack,
  Box,
  Button,
  Card,
  Collapsible,
  InlineStack,
  Link,
  List,
  Text,
} from '@shopify/polaris'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type {
  MemberHistoryItem,
  MemberHistoryPage,
  MemberPageView,
} from '../../loyalty/surfaces/read-member-page.ts'
import { useFirstOfMore } from '../kit/kept-focus.ts'
import { readJson } from '../kit/read-json.ts'
import { useFormat } from '../use-format.ts'
import { ReinstateDialog } from './changes/reinstate-dialog.tsx'
import { UndoDialog } from './changes/undo-dialog.tsx'

interface Asked {
  deed: 'undo' | 'reinstate'
  item: MemberHistoryItem
}

/** Every posting, newest first, each with its reason. Older pages are appended. */
export function HistoryCard({ member }: { member: MemberPageView }) {
  const { t } = useTranslation('members')
  // Kept here and not with its line, whose button is gone when the answer comes.
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = useCallback(() => setAsked(null), [])
  const { items, next, more, loading, failed } = useHistory(member)
  const list = useFirstOfMore(items.length, next !== null)
  return (
    <Card padding="0">
      <Box padding="400">
        <Text as="h2" variant="headingMd">
          {t('history.heading')}
        </Text>
      </Box>
      {items.length === 0 && (
        <Box padding="400" paddingBlockStart="0">
          <Text as="p" tone="subdued">
            {t('history.empty')}
          </Text>
        </Box>
      )}
      <div ref={list.place}>
        <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
          {items.map((item) => (
            <HistoryItem key={item.postingId} item={item} onAsk={(deed) => setAsked({ deed, item })} />
          ))}
        </ul>
      </div>
      {next !== null && (
        <Box padding="400" borderBlockStartWidth="025" borderColor="border-secondary">
          <BlockStack gap="200" inlineAlign="start">
            <Button
              onClick={() => {
                list.asked()
                void more()
              }}
              loading={loading}
            >
              {t('history.more')}
            </Button>
            <div role="status">{failed && <Text as="p">{t('history.moreFailed')}</Text>}</div>
          </BlockStack>
        </Box>
      )}
      {asked?.deed === 'undo' && <UndoDialog item={asked.item} givenNow={member.givenNow} onClose={close} />}
      {asked?.deed === 'reinstate' && <ReinstateDialog item={asked.item} onClose={close} />}
    </Card>
  )
}

function HistoryItem({ item, onAsk }: { item: MemberHistoryItem; onAsk: (deed: Asked['deed']) => void }) {
  const { t } = useTranslation('members')
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const id = `why-${item.postingId}`
  const at = new Date(item.at)
  const date =
    item.bookedAt === null
      ? format.dateTime(at)
      : t('history.booked', { at: format.dateTime(new Date(item.bookedAt)), date: format.date(at) })
  const after = useAfter(item.after)
  return (
    <Box
      as="li"
      paddingInline="400"
      paddingBlock="300"
      borderBlockStartWidth="025"
      borderColor="border-secondary"
    >
      <BlockStack gap="100">
        <InlineStack align="space-between" blockAlign="start" gap="200" wrap={false}>
          <InlineStack gap="200" blockAlign="center">
            <Text as="span" fontWeight="medium">
              {item.title}
            </Text>
            {item.pending && <Badge tone="attention">{t('history.pending')}</Badge>}
            {item.undone && <Badge>{t('history.undone')}</Badge>}
          </InlineStack>
          <Points item={item} />
        </InlineStack>
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="span" variant="bodySm" tone="subdued">
            {date} · {after}
          </Text>
          <InlineStack gap="300">
            {item.undoable && (
              <Button
                variant="plain"
                size="slim"
                accessibilityLabel={t('history.of', { action: t('history.undo'), title: item.title, date })}
                onClick={() => onAsk('undo')}
              >
                {t('history.undo')}
              </Button>
            )}
            {item.reinstatable && (
              <Button
                variant="plain"
                size="slim"
                accessibilityLabel={t('history.of', {
                  action: t('reinstate.action'),
                  title: item.title,
                  date,
                })}
                onClick={() => onAsk('reinstate')}
              >
                {t('reinstate.action')}
              </Button>
            )}
            {(item.detail.length > 0 || item.order) && (
              <Button
                variant="plain"
                size="slim"
                disclosure={open ? 'up' : 'down'}
                ariaExpanded={open}
                ariaControls={id}
                accessibilityLabel={t('history.whyOf', { title: item.title, date })}
                onClick={() => setOpen(!open)}
              >
                {t('history.why')}
              </Button>
            )}
          </InlineStack>
        </InlineStack>
        <Collapsible id={id} open={open}>
          <Box padding="300" background="bg-surface-secondary" borderRadius="200">
            <List>
              {item.detail.map((line) => (
                <List.Item key={line}>{line}</List.Item>
              ))}
            </List>
            {item.order && (
              <Link url={`shopify://admin/orders/${item.order.id}`} target="_top">
                {t('history.order', { name: item.order.name })}
              </Link>
            )}
          </Box>
        </Collapsible>
      </BlockStack>
    </Box>
  )
}

/** Where the account stood after the line. */
function useAfter({ available, pending }: MemberHistoryItem['after']): string {
  const { t } = useTranslation('members')
  const format = useFormat()
  const values = {
    available: format.number(available),
    debt: format.number(-available),
    pending: format.number(pending),
  }
  if (available < 0) return t(pending > 0 ? 'history.afterDebtPending' : 'history.afterDebt', values)
  return t(pending > 0 ? 'history.afterPending' : 'history.after', values)
}

/** Points that only changed place (they became available, a code was used) are told without a sign; 0: none did. */
function Points({ item }: { item: MemberHistoryItem }) {
  const format = useFormat()
  if (item.points === 0) {
    return (
      <Text as="span" tone="subdued">
        {format.points(item.moved)}
      </Text>
    )
  }
  return (
    <Text as="span" fontWeight="semibold" tone={item.points > 0 ? 'success' : undefined}>
      <span style={{ whiteSpace: 'nowrap' }}>{format.signedPoints(item.points)}</span>
    </Text>
  )
}

/** The first page comes with the member; a new posting there makes the older ones start anew. */
function useHistory(member: MemberPageView) {
  const newest = member.history[0]?.postingId
  const [older, setOlder] = useState<{ items: MemberHistoryItem[]; next: string | null } | null>(null)
  const [asking, setAsking] = useState<'no' | 'now' | 'in-vain'>('no')
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new newest line is the signal
  useEffect(() => setOlder(null), [newest])
  const next = older ? older.next : member.nextPage
  const more = async () => {
    setAsking('now')
    const page = await readJson<MemberHistoryPage>(`/app/members/${member.customerId}/history?after=${next}`)
    setAsking(page ? 'no' : 'in-vain')
    if (page) setOlder((known) => append(known, page))
  }
  return {
    items: [...member.history, ...(older?.items ?? [])],
    next,
    loading: asking === 'now',
    failed: asking === 'in-vain',
    more,
  }
}

type Page = { items: MemberHistoryItem[]; next: string | null }

function append(known: Page | null, page: { history: MemberHistoryItem[]; nextPage: string | null }): Page {
  const items = known?.items ?? []
  const shown = new Set(items.map(({ postingId }) => postingId))
  return {
    items: [...items, ...page.history.filter(({ postingId }) => !shown.has(postingId))],
    next: page.nextPage,
  }
}
