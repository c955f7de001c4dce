import { Banner, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { LostAnswer } from './lost-answer.ts'

interface Props {
  why?: LostAnswer['lost'] | undefined
  /** The same request is taken once, however often it is sent. */
  repeatable?: boolean
  /**
   * What somebody entered stands in the form and is still there; "changed": as it was not sent, so that sending it is no
   * repetition. Absent: there was nothing to enter.
   */
  entered?: boolean | 'changed'
  /** Where else to look. */
  text?: string
  /** Sends the same again; absent: the form's own button does. */
  retry?: () => void
}

/** Nothing is claimed that nobody knows: the change may have been made, and may not. */
export function LostBanner({ why = 'unknown', repeatable = false, entered = false, text, retry }: Props) {
  const { t } = useTranslation()
  const state = why !== 'unknown' ? why : repeatable ? 'repeatable' : 'text'
  const form = !entered ? 'plain' : entered === 'changed' && state === 'repeatable' ? 'changed' : 'entered'
  const known = state === 'text' ? (text ?? t('lost.text')) : t(`lost.${state}.${form}`)
  return (
    <div role="alert">
      <Banner
        tone="warning"
        title={t(`lost.title.${why}`)}
        {...(retry && { action: { content: t('lost.retry'), onAction: retry } })}
      >
        <Text as="p">{known}</Text>
      </Banner>
    </div>
  )
}
