import { useParams } from '@remix-run/react'
import { useAppBridge } from '@shopify/app-bridge-react'
import { Banner, BlockStack, Checkbox, ChoiceList, FormLayout, Text, TextField } from '@shopify/polaris'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { GivenLife } from '../../../domain/expiry/expiry.ts'
import type { MemberBalance } from '../../../loyalty/members/read-member.ts'
import { GivenLifeText } from '../../given-life.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { LostBanner } from '../../kit/lost-banner.tsx'
import type { SentForm } from '../../kit/sent-form.ts'
import { useChange } from '../../kit/use-change.ts'
import { useUnloadQuestion } from '../../kit/use-unload-question.ts'
import { DecimalField } from '../../number-field.tsx'
import { useFormat } from '../../use-format.ts'
import { useShop } from '../../use-shop.ts'
import { type AdjustAnswer, refusalText } from './adjust-answer.ts'
import { type AdjustForm, emptyForm, isSameAdjustment } from './adjust-form.ts'
import { ADJUSTABLE, afterAdjustment, checkAdjustment } from './check-adjustment.ts'

interface Props {
  balance: MemberBalance
  /** How long points last that are given now; null: they do not lapse. */
  givenNow: GivenLife | null
  /** A form whose answer was lost. */
  kept: AdjustForm | null
  /** Where it is kept until an answer is there. */
  sent: SentForm<AdjustForm>
  /** Hears of the form if it is not known what became of it. */
  onClose: (unanswered: AdjustForm | null) => void
}

/** Gives or takes points by hand. */
export function AdjustModal({ balance, givenNow, kept, sent, onClose }: Props) {
  const { t } = useTranslation(['members', 'common'])
  const format = useFormat()
  const { pointName } = useShop()
  // Only effects may look at what it has: on the server there is nothing behind it.
  const shopify = useAppBridge()
  const { customerId } = useParams()
  const { submit, busy, answer, lost } = useChange<AdjustAnswer>()
  const [form, setForm] = useState(() => kept ?? emptyForm())
  const unanswered = lost || (kept !== null && !busy && !answer)
  const [tried, setTried] = useState(false)
  const change = (values: Partial<typeof form>) => setForm((known) => ({ ...known, ...values }))
  useUnloadQuestion(form.points !== '' || form.reason !== '')
  const before = unanswered || busy ? (form.before ?? balance) : balance
  const checked = checkAdjustment(form, before)
  const entry = { points: checked.points, reason: form.reason }
  const first = unanswered ? (form.first ?? entry) : entry
  const problem = (field: 'points' | 'reason') => {
    const found = checked.problems[field]
    const shown = tried || found === checked.refusal
    return shown && found ? t(found, { points: format.points(checked.most) }) : undefined
  }
  useEffect(() => {
    if (!answer) return
    sent.forget()
    if (!answer.ok) return
    shopify.toast.show(t('adjust.done'))
    onClose(null)
  }, [answer, sent, onClose, t, shopify])

  const save = () => {
    setTried(true)
    if (!checked.ready) return
    const { points } = checked
    const { key, reason } = form
    change({ before, first })
    sent.keep({ ...form, before, first })
    void submit({ intent: 'adjust', key, points: String(points), reason }, { method: 'post' })
  }
  const close = () => {
    if (!busy) onClose(unanswered ? form : null)
  }
  const amount = format.points(Math.abs(checked.points))
  return (
    <Dialog
      onClose={close}
      title={t('adjust.title')}
      primaryAction={{
        content: t(form.remove ? 'adjust.saveRemove' : 'adjust.saveAdd'),
        destructive: form.remove,
        loading: busy,
        onAction: save,
      }}
      secondaryActions={[{ content: t('common:action.cancel'), disabled: busy, onAction: close }]}
    >
      <Dialog.Section>
        <FormLayout>
          {unanswered && (
            <LostBanner why={lost} repeatable entered={isSameAdjustment(first, entry) || 'changed'} />
          )}
          {answer && !answer.ok && (
            <Banner tone="critical">
              <Text as="p">{t(refusalText(answer.refused), { number: customerId })}</Text>
            </Banner>
          )}
          <ChoiceList
            title={t('adjust.direction')}
            choices={[
              { label: t('adjust.add'), value: 'add' },
              { label: t('adjust.remove'), value: 'remove' },
            ]}
            selected={[form.remove ? 'remove' : 'add']}
            onChange={([choice]) => change({ remove: choice === 'remove', sure: false })}
          />
          <DecimalField
            label={t('adjust.points')}
            value={form.points}
            error={problem('points')}
            onChange={(points) => change({ points, sure: false })}
            range={ADJUSTABLE}
            unit={pointName[format.language].many}
          />
          <TextField
            label={t('adjust.reason')}
            helpText={t('adjust.reasonHelp')}
            value={form.reason}
            maxLength={200}
            error={problem('reason')}
            onChange={(reason) => change({ reason })}
            autoComplete="off"
          />
          {!unanswered && <NewBalance balance={before} points={checked.refusal ? null : checked.points} />}
          {!form.remove && <GivenLifeText life={givenNow} />}
          {checked.large && (
            <Checkbox
              label={t(form.remove ? 'adjust.confirmRemove' : 'adjust.confirm', { points: amount })}
              checked={form.sure}
              error={tried && !form.sure && t('adjust.confirmMissing')}
              onChange={(sure) => change({ sure })}
            />
          )}
        </FormLayout>
      </Dialog.Section>
    </Dialog>
  )
}

function NewBalance({ balance, points }: { balance: MemberBalance; points: number | null }) {
  const { t } = useTranslation('members')
  const format = useFormat()
  const then = points === null ? null : afterAdjustment(balance, points)
  return (
    <BlockStack gap="100">
      <Text as="p" tone="subdued">
        {t('adjust.now')}: {format.points(balance.available)}
      </Text>
      {balance.debt > 0 && (
        <Text as="p" tone="critical">
          {t('adjust.nowDebt')}: {format.points(balance.debt)}
        </Text>
      )}
      <div aria-live="polite">
        {then && (
          <Text as="p" fontWeight="semibold">
            {t('adjust.then')}: {format.points(then.available)}
          </Text>
        )}
        {then && then.debt > 0 && (
          <Text as="p">
            {t('adjust.thenDebt')}: {format.points(then.debt)}
          </Text>
        )}
        {then && then.repays > 0 && (
          <Text as="p">{t('adjust.repays', { points: format.points(then.repays) })}</Text>
        )}
      </div>
    </BlockStack>
  )
}
