import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { openHome } from '../loyalty/pages/open-home.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { changeSettings } from '../requests/changes/change-settings.server.ts'
import { HomePage } from '../ui/home/home-page.tsx'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, language } = await adminRequest(request)
  return openHome(shop, language, new Date())
}

export function action({ request }: ActionFunctionArgs) {
  return changeSettings(request)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Home() {
  return <HomePage {...useLoaderData<typeof loader>()} />
}
