import type { LoaderFunctionArgs } from '@remix-run/node'
import { Page } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { authenticate } from '../shopify.server.ts'

export async function loader({ request }: LoaderFunctionArgs) {
  await authenticate.admin(request)
  return null
}

export default function Home() {
  const { t } = useTranslation()
  return <Page title={t('nav.home')} />
}
