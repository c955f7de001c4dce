import { z } from 'zod'
import { tryAgain } from '../../loyalty/deliveries/try-again.ts'
import { askForAudit, askForCodeComparison, askForReconciliation } from '../../loyalty/upkeep/ask-for-run.ts'
import { adminRequest, sentJson } from '../admin-request.server.ts'
import { rowId } from '../row-numbers.ts'

/** What the section "Operations" asks the worker for. Each is safe to send twice. */

const reconciliation = z.discriminatedUnion('check', [
  z.strictObject({ check: z.literal('orders'), days: z.int().min(1).max(60) }),
  z.strictObject({ check: z.literal('codes') }),
])

export async function askReconciliation(request: Request): Promise<{ ok: true }> {
  const { shop } = await adminRequest(request)
  const asked = await sentJson(request, reconciliation)
  if (asked.check === 'codes') await askForCodeComparison(shop.shopId)
  else await askForReconciliation(shop.shopId, asked.days)
  return { ok: true }
}

export async function askAudit(request: Request): Promise<{ ok: true }> {
  const { shop } = await adminRequest(request)
  await askForAudit(shop.shopId)
  return { ok: true }
}

/** Null: all of them. */
const deliveries = z.strictObject({ deliveryId: rowId.nullable() })

/** What lies in the inbox already is not put there again. */
export async function tryDeliveries(request: Request) {
  const { shop } = await adminRequest(request)
  const { deliveryId } = await sentJson(request, deliveries)
  return { ok: true, tried: await tryAgain(shop.shopId, deliveryId === null ? null : [deliveryId]) }
}
