import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { withShop } from '../db/db.server.ts'
import { askForCodeComparison, askForReconciliation, isAsked } from '../loyalty/upkeep/ask-for-run.ts'
import { readCodeFindings, readReconciliations } from '../loyalty/upkeep/read-operations.ts'
import { adminRequest, sentJson } from '../requests/admin-request.server.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { ReconciliationPage } from '../ui/operations/reconciliation-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  return withShop(shop.shopId, async (tx) => ({
    runs: await readReconciliations(tx, shop.shopId),
    codes: await readCodeFindings(tx, shop.shopId),
    asked: await isAsked(tx, shop.shopId, 'reconciliation'),
    codesAsked: await isAsked(tx, shop.shopId, 'codes'),
  }))
}

const wish = z.discriminatedUnion('check', [
  z.strictObject({ check: z.literal('orders'), days: z.int().min(1).max(60) }),
  z.strictObject({ check: z.literal('codes') }),
])

/** Each is safe to send twice. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop } = await adminRequest(request)
  const asked = await sentJson(request, wish)
  if (asked.check === 'codes') await askForCodeComparison(shop.shopId)
  else await askForReconciliation(shop.shopId, asked.days)
  return { ok: true }
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function Reconciliation() {
  return <ReconciliationPage {...useLoaderData<typeof loader>()} />
}
