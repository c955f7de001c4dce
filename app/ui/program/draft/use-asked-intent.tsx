import { Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../kit/dialog.tsx'
import { LostBanner } from '../../kit/lost-banner.tsx'
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
  const close = () => setAsked(null)
  const { send, busy, lost } = useDraftIntent({
    ...result,
    done: () => {
      close()
      result.done?.()
    },
  })
  const dialog = asked && (
    <Dialog
      onClose={close}
      title={title}
      primaryAction={{ content: action, destructive: true, loading: busy, onAction: () => void send(asked) }}
      secondaryActions={[{ content: common('action.cancel'), onAction: close }]}
    >
      <Dialog.Section>
        {lost && <LostBanner why={lost} repeatable />}
        <Text as="p">{text}</Text>
      </Dialog.Section>
    </Dialog>
  )
  return { dialog, ask: setAsked as (intent: Intent) => void, busy }
}
