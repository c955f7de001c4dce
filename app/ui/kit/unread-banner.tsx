import { Banner, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { useUnread } from './unread-page.ts'

/** Over every page, and in sight wherever it is scrolled to, as long as nothing answers. */
export function UnreadBanner() {
  const { t } = useTranslation()
  const { unread, tryAgain } = useUnread()
  return (
    <div role="alert" style={{ position: 'sticky', top: 0, zIndex: 30 }}>
      {unread && (
        <Banner
          tone="warning"
          title={t('unread.title')}
          action={{ content: t('unread.retry'), onAction: tryAgain }}
        >
          <Text as="p">{t(`unread.${unread}`)}</Text>
        </Banner>
      )}
    </div>
  )
}
