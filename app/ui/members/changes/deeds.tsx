import { useAppBridge } from '@shopify/app-bridge-react'
import { Banner, BlockStack, Button, InlineStack, Text } from '@shopify/polaris'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../kit/dialog.tsx'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { useJsonChange, useNews } from '../../kit/use-change.ts'
import { useFormat } from '../../use-format.ts'
import type { Deed, DeedAnswer } from './deed-answer.ts'

/** What people do for a member, as both pages that list it know it. */
export interface Doable {
  id: string
  rewardName: string
  /** What the member shows; null: she has nothing to show. */
  code: string | null
  points: number
}

export const TO_DO = '/app/members/to-do'

/**
 * The deeds of all lines of a page: a line may be gone from it when the answer comes, and with it what it would say. The
 * question before a cancellation stands here for the same reason.
 */
export function useDeeds() {
  const { t } = useTranslation('members')
  const shopify = useAppBridge()
  const { send, busy, answer, lost, forget } = useJsonChange<DeedAnswer>(TO_DO)
  const [asked, setAsked] = useState<{ one: Doable; deed: Asking } | null>(null)
  useNews(answer, (heard) => {
    if (!heard.ok) return
    setAsked(null)
    shopify.toast.show(t(`toDo.told.${heard.deed}`))
  })
  const act = (deed: Deed, { id }: Doable) => void send({ deed, id: Number(id) })
  const ask = (one: Doable, deed: Asking = 'cancel') => {
    forget()
    setAsked({ one, deed })
  }
  const said = <Said answer={answer} lost={lost} />
  return {
    busy,
    act,
    ask,
    /** What the last deed came to, where it came to nothing. */
    news: asked ? null : said,
    dialog: asked && (
      <CancelDialog
        one={asked.one}
        deed={asked.deed}
        busy={busy}
        onCancel={() => act(asked.deed, asked.one)}
        onClose={() => setAsked(null)}
      >
        {said}
      </CancelDialog>
    ),
  }
}

/** What is asked before it is done: it cannot be undone. */
type Asking = 'cancel' | 'take-back'

export type Deeds = ReturnType<typeof useDeeds>

function Said({ answer, lost }: Pick<ReturnType<typeof useJsonChange<DeedAnswer>>, 'answer' | 'lost'>) {
  const { t } = useTranslation('members')
  if (lost) return <LostBanner why={lost} repeatable />
  if (!answer || answer.ok) return null
  return (
    <div role="alert">
      <Banner tone="critical">
        <Text as="p">{t(`toDo.refused.${answer.refused}`)}</Text>
      </Banner>
    </div>
  )
}

interface DialogProps {
  one: Doable
  deed: Asking
  busy: boolean
  onCancel: () => void
  onClose: () => void
  children: ReactNode
}

function CancelDialog({ one, deed, busy, onCancel, onClose, children }: DialogProps) {
  const { t } = useTranslation('members')
  const format = useFormat()
  return (
    <Dialog
      onClose={onClose}
      title={t(deed === 'cancel' ? 'toDo.cancelTitle' : 'toDo.takeBackTitle')}
      primaryAction={{ content: t(`toDo.${deed}`), destructive: true, loading: busy, onAction: onCancel }}
      secondaryActions={[
        { content: t(deed === 'cancel' ? 'toDo.keep' : 'toDo.keepGiven'), onAction: onClose },
      ]}
    >
      <Dialog.Section>
        <BlockStack gap="300">
          {children}
          <Text as="p">
            {one.rewardName}
            {one.code !== null && ' · '}
            {one.code !== null && <code>{one.code}</code>}
          </Text>
          <Text as="p">
            {t(deed === 'cancel' ? 'toDo.cancelText' : 'toDo.takeBackText', {
              points: format.points(one.points),
            })}
          </Text>
        </BlockStack>
      </Dialog.Section>
    </Dialog>
  )
}

/** What can be done about one that is open. */
export function OpenDeeds({ one, deeds }: { one: Doable; deeds: Deeds }) {
  const { t } = useTranslation('members')
  const named = (deed: 'done' | 'cancel') => ({
    accessibilityLabel: t('toDo.of', { action: t(`toDo.${deed}`), reward: one.rewardName, code: one.code }),
    disabled: deeds.busy,
  })
  return (
    <InlineStack gap="300" blockAlign="center">
      <Button {...named('done')} onClick={() => deeds.act('done', one)}>
        {t('toDo.done')}
      </Button>
      <Button {...named('cancel')} variant="plain" tone="critical" onClick={() => deeds.ask(one)}>
        {t('toDo.cancel')}
      </Button>
    </InlineStack>
  )
}
