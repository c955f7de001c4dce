import { useFetcher, useParams } from '@remix-run/react'
import { useAppBridge } from '@shopify/app-bridge-react'
import {
  Banner,
  BlockStack,
  Checkbox,
  ChoiceList,
  FormLayout,
  Modal,
  Text,
  TextField,
} from '@shopify/polaris'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MemberBalance } from '../../loyalty/read-member.ts'
import { useFormat } from '../use-format.ts'
import { type AdjustAnswer, refusalText } from './adjust-answer.ts'
import { checkAdjustment } from './check-adjustment.ts'

interface Props {
  balance: MemberBalance
  onClose: () => void
}

/** Gives or takes points by hand. One form has one key: pressing twice posts once. */
export function AdjustModal({ balance, onClose }: Props) {
  const { t } = useTranslation(['members', 'common'])
  const format = useFormat()
  // Only effects may look at what it has: on the server there is nothing behind it.
  const shopify = useAppBridge()
  const { customerId } = useParams()
  const fetcher = useFetcher<AdjustAnswer>()
  const [key] = useState(() => crypto.randomUUID())
  const [form, setForm] = useState({ remove: false, points: '', reason: '', sure: false })
  const [tried, setTried] = useState(false)
  const change = (values: Partial<typeof form>) => setForm((known) => ({ ...known, ...values }))
  const checked = checkAdjustment(form, balance)
  const problem = (field: 'points' | 'reason') => {
    const found = checked.problems[field]
    return tried && found ? t(found, { points: format.points(checked.most) }) : undefined
  }
  const answer = fetcher.state === 'idle' ? fetcher.data : undefined
  useEffect(() => {
    if (!answer?.ok) return
    shopify.toast.show(t('adjust.done'))
    onClose()
  }, [answer, onClose, t, shopify])

  const save = () => {
    setTried(true)
    if (!checked.ready) return
    const { points } = checked
    void fetcher.submit(
      { intent: 'adjust', key, points: String(points), reason: form.reason },
      { method: 'post' },
    )
  }
  const amount = format.points(Math.abs(checked.points))
  return (
    <Modal
      open
      onClose={onClose}
      title={t('adjust.title')}
      primaryAction={{
        content: t(form.remove ? 'adjust.saveRemove' : 'adjust.saveAdd'),
        destructive: form.remove,
        loading: fetcher.state !== 'idle',
        disabled: checked.large && !form.sure,
        onAction: save,
      }}
      secondaryActions={[{ content: t('common:action.cancel'), onAction: onClose }]}
    >
      <Modal.Section>
        <FormLayout>
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
          <TextField
            label={t('adjust.points')}
            type="integer"
            inputMode="numeric"
            min={1}
            value={form.points}
            error={problem('points')}
            onChange={(points) => change({ points, sure: false })}
            autoComplete="off"
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
          <NewBalance balance={balance} points={checked.points} />
          {checked.large && (
            <Checkbox
              label={t(form.remove ? 'adjust.confirmRemove' : 'adjust.confirm', { points: amount })}
              checked={form.sure}
              onChange={(sure) => change({ sure })}
            />
          )}
        </FormLayout>
      </Modal.Section>
    </Modal>
  )
}

function NewBalance({ balance, points }: { balance: MemberBalance; points: number }) {
  const { t } = useTranslation('members')
  const format = useFormat()
  const now = balance.available - balance.debt
  const repays = Math.min(balance.debt, Math.max(0, points))
  return (
    <BlockStack gap="100">
      <Text as="p" tone="subdued">
        {t('adjust.now')}: {format.points(now)}
      </Text>
      <div aria-live="polite">
        <Text as="p" fontWeight="semibold">
          {t('adjust.then')}: {format.points(now + points)}
        </Text>
        {repays > 0 && <Text as="p">{t('adjust.repays', { points: format.points(repays) })}</Text>}
      </div>
    </BlockStack>
  )
}
