import { useAppBridge } from '@shopify/app-bridge-react'
import { Banner, FormLayout, Text, TextField } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { currencyExponent } from '../../../domain/money/money.ts'
import {
  PAID,
  PAYMENT_NOTE,
  type PaymentForm,
  paymentProblems,
} from '../../../domain/rewards/given/payment.ts'
import { LINK } from '../../../domain/text/https-link.ts'
import type { CauseView } from '../../../loyalty/pages/open-causes.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { LostBanner } from '../../kit/lost-banner.tsx'
import { useJsonChange, useNews } from '../../kit/use-change.ts'
import { useUnloadQuestion } from '../../kit/use-unload-question.ts'
import { DecimalField } from '../../number-field.tsx'
import { useShop } from '../../use-shop.ts'
import type { PayAnswer } from './pay-answer.ts'

interface Props {
  cause: CauseView
  /** In the shop's zone. */
  today: string
  onClose: () => void
}

/** A payment that was made is written down; what it pays is not asked. */
export function PayDialog({ cause, today, onClose }: Props) {
  const { t } = useTranslation(['members', 'common'])
  const { currency } = useShop()
  const shopify = useAppBridge()
  const { send, busy, answer, lost } = useJsonChange<PayAnswer>()
  // The key goes with the form: what is sent again after a lost answer is the same payment.
  const [key] = useState(() => crypto.randomUUID())
  const [form, setForm] = useState<PaymentForm>({ amount: '', paidOn: today, note: '', proof: '' })
  const [tried, setTried] = useState(false)
  useUnloadQuestion(form.amount !== '' || form.note !== '' || form.proof !== '')
  const problems = paymentProblems({ ...form, proof: form.proof.trim() }, { today, currency })
  const error = (field: keyof PaymentForm) =>
    tried && problems[field] ? t(`causes.pay.problem.${problems[field]}`) : undefined
  const change = (field: keyof PaymentForm) => (value: string) =>
    setForm((known) => ({ ...known, [field]: value }))
  useNews(answer, (heard) => {
    if (!heard.ok) return
    shopify.toast.show(t('causes.pay.done'))
    onClose()
  })
  const save = () => {
    setTried(true)
    if (Object.keys(problems).length === 0) void send({ intent: 'pay', cause: cause.id, key, ...form })
  }
  const text = (field: 'note' | 'proof') => ({
    label: t(`causes.pay.${field}`),
    helpText: t(`causes.pay.${field}Help`),
    value: form[field],
    error: error(field),
    onChange: change(field),
    autoComplete: 'off',
  })
  return (
    <Dialog
      onClose={() => !busy && onClose()}
      title={t('causes.pay.title', { cause: cause.name })}
      primaryAction={{ content: t('causes.pay.save'), loading: busy, onAction: save }}
      secondaryActions={[{ content: t('common:action.cancel'), disabled: busy, onAction: onClose }]}
    >
      <Dialog.Section>
        <FormLayout>
          {lost && <LostBanner why={lost} repeatable />}
          {answer && !answer.ok && (
            <div role="alert">
              <Banner tone="critical">
                <Text as="p">{t(`causes.refused.${answer.refused}`)}</Text>
              </Banner>
            </div>
          )}
          <Text as="p">{t('causes.pay.intro')}</Text>
          <DecimalField
            label={t('causes.pay.amount')}
            value={form.amount}
            onChange={change('amount')}
            error={error('amount')}
            range={{ ...PAID, decimals: currencyExponent(currency) }}
            unit={currency}
            suffix={currency}
          />
          <TextField
            label={t('causes.pay.paidOn')}
            type="date"
            max={today}
            value={form.paidOn}
            error={error('paidOn')}
            onChange={change('paidOn')}
            autoComplete="off"
          />
          <TextField {...text('note')} maxLength={PAYMENT_NOTE.max} multiline={2} />
          <TextField {...text('proof')} type="url" placeholder="https://" maxLength={LINK.max} />
        </FormLayout>
      </Dialog.Section>
    </Dialog>
  )
}
