import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { withShop } from '../db/db.server.ts'
import { readStuckDeliveries } from '../loyalty/deliveries/read-deliveries.ts'
import { listBatches } from '../loyalty/imports/read-batch.ts'
import {
  readAudits,
  readCodeFindings,
  readDataRequests,
  readImports,
  readReconciliations,
} from '../loyalty/upkeep/read-operations.ts'
import { adminRequest } from '../requests/admin-request.server.ts'
import { unlessLost } from '../ui/kit/lost-answer.ts'
import { OverviewPage } from '../ui/operations/overview-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const { shopId } = shop
  return withShop(shopId, async (tx) => {
    const { quarantined, waiting } = await readStuckDeliveries(tx, shopId, null)
    const [reconciliation = null] = await readReconciliations(tx, shopId, 1)
    const { toSee } = await readCodeFindings(tx, shopId)
    const [audit = null] = await readAudits(tx, shopId, 1)
    const [pastOrders = null] = await readImports(tx, shopId, 1)
    const [batch = null] = await listBatches(tx, shopId, 1)
    const requests = (await readDataRequests(tx, shopId)).length
    return {
      stuck: { quarantined, waiting },
      reconciliation,
      codesToSee: toSee,
      audit,
      pastOrders,
      batch,
      requests,
    }
  })
}

export const shouldRevalidate = unlessLost

export default function Operations() {
  return <OverviewPage {...useLoaderData<typeof loader>()} />
}
