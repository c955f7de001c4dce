import { Modal, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { UnansweredBanner } from '../unanswered-banner.tsx'
import { useReturnFocus } from '../use-return-focus.ts'
import { type Intent, useDraftIntent } from './use-draft-intent.ts'

interface Question {
  title: string
  text: string
  /** What the button says that does it. */
  action: string
  goTo?: string
  said?: string
  done?: () => void
}

/** A change of the draft that takes something away: by one click, after a question. */
export function useAskedIntent({ title, text, action, ...result }: Question) {
  const { t: common } = useTranslation()
  const [asked, setAsked] = useState<Intent | null>(null)
  const rememberFocus = useReturnFocus(asked !== null)
  const close = () => setAsked(null)
  const { send, busy, unanswered } = useDraftIntent({
    ...result,
    done: () => {
      setAsked(null)
      result.done?.()
    },
  })
  const answer = () => asked && send(asked)
  const dialog = (
    <Modal
      open={asked !== null}
      onClose={close}
      title={title}
      primaryAction={{ content: action, destructive: true, loading: busy, onAction: () => void answer() }}
      secondaryActions={[{ content: common('action.cancel'), onAction: close }]}
    >
      <Modal.Section>
        <UnansweredBanner unanswered={unanswered} twiceIsOnce />
        <Text as="p">{text}</Text>
      </Modal.Section>
    </Modal>
  )
  const ask = (intent: Intent) => {
    rememberFocus()
    setAsked(intent)
  }
  return { dialog, ask, busy }
}
