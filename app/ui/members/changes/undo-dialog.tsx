import { useAppBridge } from '@shopify/app-bridge-react'
import { BlockStack, Text } from '@shopify/polaris'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { GivenLife } from '../../../domain/expiry/expiry.ts'
import type { MemberHistoryItem } from '../../../loyalty/surfaces/read-member-page.ts'
import { GivenLifeText } from '../../given-life.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { useChange } from '../../kit/use-change.ts'
import { type AdjustAnswer, refusalText } from './adjust-answer.ts'

interface Props {
  item: Pick<MemberHistoryItem, 'postingId' | 'points'>
  /** How long points last that come back now; null: they do not lapse. */
  givenNow: GivenLife | null
  onClose: () => void
}

/** Takes an adjustment back by an opposite one, after a question. */
export function UndoDialog({ item, givenNow, onClose }: Props) {
  const { t } = useTranslation(['members', 'common'])
  // Only effects may look at what it has: on the server there is nothing behind it.
  const shopify = useAppBridge()
  const { submit, busy, answer, lost } = useChange<AdjustAnswer>()
  useEffect(() => {
    if (!answer) return
    if (answer.ok) shopify.toast.show(t('adjust.undone'))
    else shopify.toast.show(t(refusalText(answer.refused)), { isError: true })
    onClose()
  }, [answer, onClose, t, shopify])
  return (
    <Dialog
      onClose={onClose}
      title={t('adjust.undoTitle')}
      primaryAction={{
        content: t('history.undo'),
        loading: busy,
        onAction: () =>
          void submit({ intent: 'undo', postingId: String(item.postingId) }, { method: 'post' }),
      }}
      secondaryActions={[{ content: t('common:action.cancel'), onAction: onClose }]}
    >
      <Dialog.Section>
        <BlockStack gap="300">
          {lost && <LostBanner why={lost} repeatable />}
          <Text as="p">{t('adjust.undoText')}</Text>
          {item.points < 0 && <GivenLifeText life={givenNow} />}
        </BlockStack>
      </Dialog.Section>
    </Dialog>
  )
}
