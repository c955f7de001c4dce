import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { withShop } from '../db/db.server.ts'
import { askForAudit, isAsked } from '../loyalty/upkeep/ask-for-run.ts'
import { readAudits } from '../loyalty/upkeep/read-operations.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { AuditPage } from '../ui/operations/audit-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  return withShop(shop.shopId, async (tx) => ({
    audits: await readAudits(tx, shop.shopId),
    asked: await isAsked(tx, shop.shopId, 'audit'),
  }))
}

export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await adminRequest(request)
  await askForAudit(shop.shopId)
  return { ok: true }
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Audit() {
  return <AuditPage {...useLoaderData<typeof loader>()} />
}
