import { data } from '@remix-run/node'
import { z } from 'zod'
import { isDomainError } from '../../domain/text/errors.ts'
import { startOfDate } from '../../domain/time/time-window.ts'
import { cancelImport, confirmImport, undoImport } from '../../loyalty/reconciliation/decide-import.ts'
import { estimateImport, startImport } from '../../loyalty/reconciliation/import-orders.ts'
import type { ImportAnswer } from '../../ui/operations/past-orders/past-orders-page.tsx'
import { type AdminRequest, adminRequest, sentJson } from '../admin-request.server.ts'
import { rowId } from '../row-numbers.ts'

const wish = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.literal('start'), from: z.iso.date(), award: z.boolean() }),
  z.strictObject({ intent: z.literal('confirm'), id: rowId }),
  z.strictObject({ intent: z.literal('undo'), id: rowId }),
  z.strictObject({ intent: z.literal('cancel') }),
])

/** Taking orders of before over. Each is safe to send twice. */
export async function decidePastOrders(request: Request) {
  const asking = await adminRequest(request)
  const asked = wish.safeParse(await sentJson(request, z.unknown()))
  if (!asked.success) return refuse('date')
  try {
    await decide(asked.data, asking)
    return { ok: true } satisfies ImportAnswer
  } catch (error) {
    // The library's own Responses lead the browser to sign in again.
    if (error instanceof Response && (error.status < 400 || error.status === 401)) throw error
    if (isDomainError(error, 'program-missing')) return refuse('no-program')
    if (isDomainError(error, 'batch-unknown', 'batch-state')) return refuse('state')
    return refuse(isDomainError(error) ? 'date' : 'shopify')
  }
}

async function decide(asked: z.infer<typeof wish>, { shop, actor, graphql }: AdminRequest): Promise<void> {
  const { shopId } = shop
  switch (asked.intent) {
    case 'cancel':
      await cancelImport(shopId)
      return
    case 'confirm':
      await confirmImport({ shopId, importId: asked.id, actor })
      return
    case 'undo':
      await undoImport({ shopId, importId: asked.id, actor })
      return
    case 'start': {
      const from = startOfDate(asked.from, shop.timeZone)
      // What costs nothing begins at once; what gives points is reckoned first.
      const begin = asked.award ? estimateImport : startImport
      await begin(graphql, { shop, from, award: asked.award, actor, now: Date.now() })
    }
  }
}

function refuse(refused: NonNullable<ImportAnswer['refused']>) {
  return data({ ok: false, refused } satisfies ImportAnswer, 422)
}
