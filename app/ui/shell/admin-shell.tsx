import { Link, useLocation, useNavigation } from '@remix-run/react'
import { NavMenu, useAppBridge } from '@shopify/app-bridge-react'
import { AppProvider } from '@shopify/shopify-app-remix/react'
import { type ReactNode, useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useRememberedClicks } from '../kit/focus-before.ts'
import { useKeptFocus } from '../kit/kept-focus.ts'
import { UnreadBanner } from '../kit/unread-banner.tsx'
import { rememberShownPage } from '../kit/unread-page.ts'

interface Props {
  apiKey: string
  /** Another App Bridge than Shopify's own, where one is configured. */
  appBridgeUrl?: string
  children: ReactNode
}

/** What stands around every page: App Bridge, Polaris in the merchant's language, and the app's navigation. */
export function AdminShell({ apiKey, appBridgeUrl, children }: Props) {
  const { t } = useTranslation()
  useLoadingSign()
  useRememberedClicks()
  useKeptFocus()
  const location = useLocation()
  useEffect(() => rememberShownPage(location), [location])
  return (
    <AppProvider isEmbeddedApp apiKey={apiKey} __APP_BRIDGE_URL={appBridgeUrl} i18n={usePolarisWords()}>
      <NavMenu>
        <Link to="/app" rel="home">
          {t('nav.home')}
        </Link>
        <Link to="/app/program">{t('nav.program')}</Link>
        <Link to="/app/members">{t('nav.members')}</Link>
        <Link to="/app/operations">{t('nav.operations')}</Link>
        <Link to="/app/settings">{t('nav.settings')}</Link>
      </NavMenu>
      <main tabIndex={-1} style={{ outline: 'none' }}>
        <UnreadBanner />
        {children}
      </main>
    </AppProvider>
  )
}

/** The bar with which the admin shows that the next page is on its way. */
function useLoadingSign() {
  const shopify = useAppBridge()
  const { state } = useNavigation()
  const away = state !== 'idle'
  useEffect(() => {
    shopify.loading(away)
  }, [shopify, away])
}

type PolarisWords = { Polaris: { Badge: object } }

/** Polaris has badges read out with their colour ("Info Silver"): our words say all there is to say. */
function usePolarisWords() {
  const { i18n } = useTranslation()
  return useMemo(() => {
    const { Polaris } = i18n.getResourceBundle(i18n.language, 'polaris') as PolarisWords
    const TONE_LABELS = Object.fromEntries(TONES.map((tone) => [tone, '']))
    return { Polaris: { ...Polaris, Badge: { ...Polaris.Badge, TONE_LABELS } } }
  }, [i18n])
}

const TONES = ['info', 'success', 'warning', 'critical', 'attention', 'new', 'readOnly', 'enabled']
