import { useAppBridge } from '@shopify/app-bridge-react'
import { BlockStack, Button, Text } from '@shopify/polaris'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../kit/dialog.tsx'
import { LostBanner } from '../kit/lost-banner.tsx'
import { useChange } from '../kit/use-change.ts'
import { type AdjustAnswer, refusalText } from './adjust-answer.ts'

/** Takes an adjustment back by an opposite one, after a question. */
export function UndoButton({ postingId }: { postingId: number }) {
  const { t } = useTranslation(['members', 'common'])
  // Only effects may look at what it has: on the server there is nothing behind it.
  const shopify = useAppBridge()
  const { submit, busy, answer, lost } = useChange<AdjustAnswer>()
  const [asking, setAsking] = useState(false)
  useEffect(() => {
    if (!answer) return
    if (answer.ok) shopify.toast.show(t('adjust.undone'))
    else shopify.toast.show(t(refusalText(answer.refused)), { isError: true })
    setAsking(false)
  }, [answer, t, shopify])
  return (
    <>
      <Button variant="plain" size="slim" onClick={() => setAsking(true)} loading={busy}>
        {t('history.undo')}
      </Button>
      {asking && (
        <Dialog
          onClose={() => setAsking(false)}
          title={t('adjust.undoTitle')}
          primaryAction={{
            content: t('history.undo'),
            loading: busy,
            onAction: () => void submit({ intent: 'undo', postingId: String(postingId) }, { method: 'post' }),
          }}
          secondaryActions={[{ content: t('common:action.cancel'), onAction: () => setAsking(false) }]}
        >
          <Dialog.Section>
            <BlockStack gap="300">
              {lost && <LostBanner why={lost} repeatable />}
              <Text as="p">{t('adjust.undoText')}</Text>
            </BlockStack>
          </Dialog.Section>
        </Dialog>
      )}
    </>
  )
}
