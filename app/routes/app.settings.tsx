import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { version } from '../../package.json'
import { openSettings } from '../loyalty/pages/open-admin.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { changeSettings } from '../requests/changes/change-settings.server.ts'
import { SettingsPage } from '../ui/home/settings-page.tsx'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  return { version, ...(await openSettings(shop)) }
}

export function action({ request }: ActionFunctionArgs) {
  return changeSettings(request)
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Settings() {
  return <SettingsPage {...useLoaderData<typeof loader>()} />
}
