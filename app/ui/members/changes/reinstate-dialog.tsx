import { useAppBridge } from '@shopify/app-bridge-react'
import { Banner, FormLayout, Text, TextField } from '@shopify/polaris'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { visiblePart } from '../../../domain/text/visible-text.ts'
import type { MemberHistoryItem } from '../../../loyalty/surfaces/read-member-page.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { useChange } from '../../kit/use-change.ts'
import { useUnloadQuestion } from '../../kit/use-unload-question.ts'
import { useFormat } from '../../use-format.ts'
import type { AdjustAnswer } from './adjust-answer.ts'

/** Gives points back that had lapsed: a reason, a new last day. */
export function ReinstateDialog({ item, onClose }: { item: MemberHistoryItem; onClose: () => void }) {
  const { t } = useTranslation(['members', 'common'])
  const format = useFormat()
  const { toast } = useAppBridge()
  const { submit, busy, answer, lost } = useChange<AdjustAnswer>()
  const [form, setForm] = useState({ reason: '', lastDay: '' })
  /** What was sent first: another reason or day is no repetition. */
  const [first, setFirst] = useState<typeof form | null>(null)
  const [tried, setTried] = useState(false)
  useUnloadQuestion(form.reason !== '' || form.lastDay !== '')
  useEffect(() => {
    if (!answer?.ok) return
    toast.show(t('reinstate.done'))
    onClose()
  }, [answer, onClose, t, toast])
  const missing = { reason: visiblePart(form.reason).length < 3, lastDay: form.lastDay === '' }
  const save = () => {
    setTried(true)
    if (missing.reason || missing.lastDay) return
    if (!lost || !first) setFirst(form)
    const values = { intent: 'reinstate', postingId: String(item.postingId), ...form }
    void submit(values, { method: 'post' })
  }
  return (
    <Dialog
      onClose={onClose}
      title={t('reinstate.title')}
      primaryAction={{ content: t('reinstate.action'), loading: busy, onAction: save }}
      secondaryActions={[{ content: t('common:action.cancel'), onAction: onClose }]}
    >
      <Dialog.Section>
        <FormLayout>
          {lost && <LostBanner why={lost} repeatable entered={isSame(first, form) || 'changed'} />}
          {answer && !answer.ok && (
            <Banner tone="critical">
              <Text as="p">
                {t(answer.refused === 'key-conflict' ? 'reinstate.conflict' : 'reinstate.failed')}
              </Text>
            </Banner>
          )}
          <Text as="p">{t('reinstate.text', { points: format.points(Math.abs(item.points)) })}</Text>
          <TextField
            label={t('reinstate.reason')}
            helpText={t('reinstate.reasonHelp')}
            value={form.reason}
            maxLength={200}
            error={tried && missing.reason ? t('adjust.needReason') : undefined}
            onChange={(reason) => setForm({ ...form, reason })}
            autoComplete="off"
          />
          <TextField
            label={t('reinstate.lastDay')}
            helpText={t('reinstate.lastDayHelp')}
            type="date"
            value={form.lastDay}
            error={tried && missing.lastDay ? t('reinstate.lastDayWrong') : undefined}
            onChange={(lastDay) => setForm({ ...form, lastDay })}
            autoComplete="off"
          />
        </FormLayout>
      </Dialog.Section>
    </Dialog>
  )
}

interface Entered {
  reason: string
  lastDay: string
}

/** As the server compares them. */
const isSame = (one: Entered | null, other: Entered): boolean =>
  one?.lastDay === other.lastDay && one.reason.trim() === other.reason.trim()
