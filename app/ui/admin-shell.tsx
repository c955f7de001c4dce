import { Link } from '@remix-run/react'
import { NavMenu } from '@shopify/app-bridge-react'
import { AppProvider } from '@shopify/shopify-app-remix/react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface Props {
  apiKey: string
  /** Another App Bridge than Shopify's own, where one is configured. */
  appBridgeUrl?: string
  children: ReactNode
}

/** What stands around every page: App Bridge, Polaris in the merchant's language, and the app's navigation. */
export function AdminShell({ apiKey, appBridgeUrl, children }: Props) {
  const { t, i18n } = useTranslation()
  return (
    <AppProvider
      isEmbeddedApp
      apiKey={apiKey}
      __APP_BRIDGE_URL={appBridgeUrl}
      i18n={i18n.getResourceBundle(i18n.language, 'polaris')}
    >
      <NavMenu>
        <Link to="/app" rel="home">
          {t('nav.home')}
        </Link>
        <Link to="/app/program">{t('nav.program')}</Link>
        <Link to="/app/members">{t('nav.members')}</Link>
        <Link to="/app/operations">{t('nav.operations')}</Link>
        <Link to="/app/settings">{t('nav.settings')}</Link>
      </NavMenu>
      {children}
    </AppProvider>
  )
}
