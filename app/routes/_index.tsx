import { type LoaderFunctionArgs, redirect } from '@remix-run/node'
import { useTranslation } from 'react-i18next'

/** What the admin pages read of what Shopify opens the app with; what it signs the rest with goes no further. */
const READ = ['shop', 'host', 'embedded', 'locale', 'id_token']

/** Shopify opens the app's address with the shop in it: on to the admin pages. People get a hint. */
export function loader({ request }: LoaderFunctionArgs) {
  const { searchParams } = new URL(request.url)
  if (!searchParams.has('shop')) return null
  const read = READ.flatMap((name) => searchParams.getAll(name).map((value) => [name, value]))
  throw redirect(`/app?${new URLSearchParams(read)}`)
}

export default function Landing() {
  const { t } = useTranslation()
  return (
    <main
      style={{
        fontFamily: 'system-ui, sans-serif',
        margin: '4rem auto',
        maxWidth: '36rem',
        padding: '0 1rem',
      }}
    >
      <h1>Stammgast</h1>
      <p>{t('landing.what')}</p>
      <p>{t('landing.open')}</p>
    </main>
  )
}
