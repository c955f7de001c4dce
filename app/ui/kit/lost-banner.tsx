import { Banner, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'

interface Props {
  /** The same request is taken once, however often it is sent. */
  repeatable?: boolean
  /** Where else to look. */
  text?: string
}

/** Nothing is claimed that nobody knows: the change may have been made, and may not. */
export function LostBanner({ repeatable = false, text }: Props) {
  const { t } = useTranslation()
  return (
    <Banner tone="warning" title={t('lost.title')}>
      <Text as="p">{text ?? t(repeatable ? 'lost.repeatable' : 'lost.text')}</Text>
    </Banner>
  )
}
