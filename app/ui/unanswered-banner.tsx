import { Banner, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { Unanswered } from './keep-form.ts'

interface Props {
  unanswered: Unanswered['unanswered'] | undefined
  /** Sends the same again; absent: the form's own button does. */
  retry?: () => void
  /** Sent twice it is done once, whether the first got through or not. */
  twiceIsOnce?: boolean
}

/** Says at a form that what it sent got no answer. The form stands below with what was typed. */
export function UnansweredBanner({ unanswered, retry, twiceIsOnce = false }: Props) {
  const { t } = useTranslation()
  if (!unanswered) return null
  const text = unanswered === 'lost' && twiceIsOnce ? 'lostHarmless' : unanswered
  return (
    <div role="alert">
      <Banner
        tone="critical"
        title={t(`unanswered.title.${unanswered}`)}
        {...(retry && { action: { content: t('unanswered.retry'), onAction: retry } })}
      >
        <Text as="p">{t(`unanswered.text.${text}`)}</Text>
      </Banner>
    </div>
  )
}
