import { Modal, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DraftPatch } from '../../loyalty/save-draft.ts'
import { useDraftIntent } from './use-draft-intent.ts'
import { useDraft } from './use-program.ts'

/** Deleting from the draft, after a question. What is live stays live until the draft is published. */
export function useDeleteItem(name: string, patch: DraftPatch, goTo: string) {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const { revision } = useDraft()
  const [asking, setAsking] = useState(false)
  const { send, busy } = useDraftIntent(goTo, t('deleted'))
  const dialog = (
    <Modal
      open={asking}
      onClose={() => setAsking(false)}
      title={t('delete.title', { name })}
      primaryAction={{
        content: common('action.delete'),
        destructive: true,
        loading: busy,
        onAction: () => send({ intent: 'save', revision, patch }),
      }}
      secondaryActions={[{ content: common('action.cancel'), onAction: () => setAsking(false) }]}
    >
      <Modal.Section>
        <Text as="p">{t('delete.text')}</Text>
      </Modal.Section>
    </Modal>
  )
  const action = { content: common('action.delete'), destructive: true, onAction: () => setAsking(true) }
  return { dialog, action }
}
