import { type LoaderFunctionArgs, redirect } from '@remix-run/node'
import { LandingPage } from '../ui/shell/landing-page.tsx'

/** What the admin pages read of what Shopify opens the app with; what it signs the rest with goes no further. */
const READ = ['shop', 'host', 'embedded', 'locale', 'id_token']

/** Shopify opens the app's address with the shop in it: on to the admin pages. People get a hint. */
export function loader({ request }: LoaderFunctionArgs) {
  const { searchParams } = new URL(request.url)
  if (!searchParams.has('shop')) return null
  const read = READ.flatMap((name) => searchParams.getAll(name).map((value) => [name, value]))
  throw redirect(`/app?${new URLSearchParams(read)}`)
}

export default LandingPage
