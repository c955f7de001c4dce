import { RemixBrowser } from '@remix-run/react'
import { StrictMode, startTransition, useEffect } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { loadI18n } from './i18n/i18n.client.ts'
import { LANGUAGE_HEADER, toLanguage } from './i18n/languages.ts'
import { fetchPagesAhead, openPagesPatiently } from './ui/kit/pages-ahead.ts'
import { readPatiently } from './ui/kit/unread-page.ts'

const language = toLanguage(document.documentElement.lang)

// A navigation inside the app is a fetch without the admin's `locale` parameter: send the page's language along.
const fetchAsBefore = window.fetch
window.fetch = readPatiently((input, init) => {
  const request = new Request(input, init)
  if (new URL(request.url).origin === window.location.origin) request.headers.set(LANGUAGE_HEADER, language)
  return fetchAsBefore(request)
})

const i18n = await loadI18n(language)
startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <I18nextProvider i18n={i18n}>
        <RemixBrowser />
        <Patience />
      </I18nextProvider>
    </StrictMode>,
  )
})

if (window.location.pathname.startsWith('/app')) whenIdle(fetchPagesAhead)

/** Its effect runs when Remix's router stands. */
function Patience() {
  useEffect(openPagesPatiently, [])
  return null
}

/** Safari has no idle callback. */
function whenIdle(deed: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(deed)
  else setTimeout(deed, 1_000)
}
