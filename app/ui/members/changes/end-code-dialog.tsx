import { useAppBridge } from '@shopify/app-bridge-react'
import { Banner, BlockStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { MemberPageView } from '../../../loyalty/surfaces/read-member-page.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { useChange, useNews } from '../../kit/use-change.ts'
import { useFormat } from '../../use-format.ts'
import type { EndCodeAnswer } from './end-code-answer.ts'

interface Props {
  code: MemberPageView['codes'][number]
  onClose: () => void
}

/** Takes an open code back, after a question that says what comes of it. */
export function EndCodeDialog({ code, onClose }: Props) {
  const { t } = useTranslation(['members', 'common'])
  const format = useFormat()
  // Only effects may look at what it has: on the server there is nothing behind it.
  const shopify = useAppBridge()
  const { submit, busy, answer, lost } = useChange<EndCodeAnswer>()
  const points = format.points(code.cost)
  useNews(answer, (heard) => {
    if (!heard.ok) return
    shopify.toast.show(t(heard.back ? 'endCode.done' : 'endCode.ending', { points }))
    onClose()
  })
  const send = () => void submit({ intent: 'end-code', codeId: code.id }, { method: 'post' })
  return (
    <Dialog
      onClose={onClose}
      title={t('endCode.title')}
      primaryAction={{ content: t('endCode.action'), destructive: true, loading: busy, onAction: send }}
      secondaryActions={[{ content: t('common:action.cancel'), onAction: onClose }]}
    >
      <Dialog.Section>
        <BlockStack gap="300">
          {lost && <LostBanner why={lost} repeatable />}
          {answer && !answer.ok && (
            <Banner tone="critical">
              <Text as="p">{t(`endCode.refused.${answer.refused}`, { order: answer.order })}</Text>
            </Banner>
          )}
          <Text as="p">
            {code.rewardName} · <code>{code.code}</code>
          </Text>
          <Text as="p">{t('endCode.text', { points })}</Text>
        </BlockStack>
      </Dialog.Section>
    </Dialog>
  )
}
