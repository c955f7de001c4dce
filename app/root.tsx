import type { LinksFunction, LoaderFunctionArgs } from '@remix-run/node'
import {
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useRouteError,
  useRouteLoaderData,
} from '@remix-run/react'
import polarisStyles from '@shopify/polaris/build/esm/styles.css?url'
import { type ReactNode, useContext } from 'react'
import { useTranslation } from 'react-i18next'
import { NonceContext } from './http/content-policy.ts'
import { languageOf } from './i18n/languages.ts'
import { wordsOf } from './ui/error-words.ts'
import { usePageTitle } from './ui/page-titles.ts'

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: polarisStyles }]

export function loader({ request }: LoaderFunctionArgs) {
  return { language: languageOf(request) }
}

/** The language is the one the document was opened in; a change of it in the admin opens the document anew. */
export function shouldRevalidate() {
  return false
}

/**
 * Names are as long as their bearers' parents wished; Polaris lets a long word run out of its card. And it puts a
 * page's actions for a phone beside the title only in the browser: the title has their height before.
 */
const STYLE = `body { overflow-wrap: anywhere }
@media (max-width: 767.95px) { .Polaris-Page .Polaris-Page-Header__Row { min-height: 2.25rem } }`

/**
 * Stands behind the page. A browser that knows `rel="expect"` paints nothing before it: of half a document a table has
 * other columns and the main part the place of its neighbour too, and both would move when the rest is read.
 */
const WHOLE = 'whole-page'
const PAINT_WHOLE = { rel: 'expect', href: `#${WHOLE}`, blocking: 'render' }

export function Layout({ children }: { children: ReactNode }) {
  const data = useRouteLoaderData<typeof loader>('root')
  const { i18n } = useTranslation()
  const nonce = useContext(NonceContext)
  return (
    <html lang={data?.language ?? i18n.language}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{usePageTitle()}</title>
        <link rel="icon" href="data:," />
        <Meta />
        <Links />
        <style>{STYLE}</style>
        <link {...PAINT_WHOLE} />
      </head>
      <body>
        {children}
        <span id={WHOLE} hidden />
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  )
}

export default function Root() {
  return <Outlet />
}

/** What no page below could catch: no Polaris, no admin frame can be relied on here. */
export function ErrorBoundary() {
  const { t } = useTranslation()
  const error = useRouteError()
  const { key, missing } = wordsOf(error)
  return (
    <main
      style={{
        fontFamily: 'system-ui, sans-serif',
        margin: '4rem auto',
        maxWidth: '32rem',
        padding: '0 1rem',
      }}
    >
      <h1>{t(`error.${key}Title`)}</h1>
      <p>{t(`error.${key}Text`)}</p>
      <p>
        <a href="/app">{t(missing ? 'error.home' : 'error.retry')}</a>
      </p>
    </main>
  )
}
