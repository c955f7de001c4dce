import { useFetcher } from '@remix-run/react'
import { useAppBridge } from '@shopify/app-bridge-react'
import { Button, Modal, Text } from '@shopify/polaris'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AdjustAnswer, refusalText } from './adjust-answer.ts'

/** Takes an adjustment back by an opposite one, after a question. */
export function UndoButton({ postingId }: { postingId: number }) {
  const { t } = useTranslation(['members', 'common'])
  // Only effects may look at what it has: on the server there is nothing behind it.
  const shopify = useAppBridge()
  const fetcher = useFetcher<AdjustAnswer>()
  const [asking, setAsking] = useState(false)
  const answer = fetcher.state === 'idle' ? fetcher.data : undefined
  useEffect(() => {
    if (!answer) return
    if (answer.ok) shopify.toast.show(t('adjust.undone'))
    else shopify.toast.show(t(refusalText(answer.refused)), { isError: true })
    setAsking(false)
  }, [answer, t, shopify])
  return (
    <>
      <Button variant="plain" size="slim" onClick={() => setAsking(true)} loading={fetcher.state !== 'idle'}>
        {t('history.undo')}
      </Button>
      <Modal
        open={asking}
        onClose={() => setAsking(false)}
        title={t('adjust.undoTitle')}
        primaryAction={{
          content: t('history.undo'),
          loading: fetcher.state !== 'idle',
          onAction: () =>
            fetcher.submit({ intent: 'undo', postingId: String(postingId) }, { method: 'post' }),
        }}
        secondaryActions={[{ content: t('common:action.cancel'), onAction: () => setAsking(false) }]}
      >
        <Modal.Section>
          <Text as="p">{t('adjust.undoText')}</Text>
        </Modal.Section>
      </Modal>
    </>
  )
}
