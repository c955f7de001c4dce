import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { withShop } from '../db/db.server.ts'
import type { Program } from '../domain/program/program.ts'
import { isDomainError } from '../domain/text/errors.ts'
import { addMonthsToDate, localDate, startOfDate } from '../domain/time/time-window.ts'
import { programVersions } from '../loyalty/program/program-store.ts'
import { cancelImport, confirmImport, undoImport } from '../loyalty/reconciliation/decide-import.ts'
import { estimateImport, startImport } from '../loyalty/reconciliation/import-orders.ts'
import { readImports } from '../loyalty/upkeep/read-operations.ts'
import { adminRequest, sentJson } from '../requests/admin-request.server.ts'
import { rowId } from '../requests/row-numbers.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import { type ImportAnswer, PastOrdersPage } from '../ui/operations/past-orders/past-orders-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const today = localDate(Date.now(), shop.timeZone)
  return withShop(shop.shopId, async (tx) => {
    const versions = await programVersions(tx, shop.shopId)
    const [live, first] = [versions[0]?.document, versions.at(-1)?.document]
    return {
      imports: await readImports(tx, shop.shopId),
      published: live !== undefined,
      today,
      proposed: addMonthsToDate(today, -12),
      expiryMonths: live?.expiry.kind === 'after-earning' ? live.expiry.months : null,
      rewards: live?.rewards ?? [],
      // The first version judges what is taken over; each other one the orders of its own time.
      highestFactor: first ? bestFactor(first) : 1,
      tiersMatter: versions.some(({ document }) => bestFactor(document) > 1),
    }
  })
}

function bestFactor({ tiers }: Program): number {
  return Math.max(1, ...tiers.levels.map(({ multiplier }) => Number(multiplier)))
}

const wish = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.literal('start'), from: z.iso.date(), award: z.boolean() }),
  z.strictObject({ intent: z.literal('confirm'), id: rowId }),
  z.strictObject({ intent: z.literal('undo'), id: rowId }),
  z.strictObject({ intent: z.literal('cancel') }),
])

/** Each is safe to send twice. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop, actor, graphql } = await adminRequest(request)
  const asked = wish.safeParse(await sentJson(request, z.unknown()))
  if (!asked.success) return refuse('date')
  try {
    const { shopId } = shop
    if (asked.data.intent === 'cancel') await cancelImport(shopId)
    else if (asked.data.intent === 'confirm') await confirmImport({ shopId, importId: asked.data.id, actor })
    else if (asked.data.intent === 'undo') await undoImport({ shopId, importId: asked.data.id, actor })
    else {
      const { award } = asked.data
      const from = startOfDate(asked.data.from, shop.timeZone)
      // What costs nothing begins at once; what gives points is reckoned first.
      const begin = award ? estimateImport : startImport
      await begin(graphql, { shop, from, award, actor, now: Date.now() })
    }
    return { ok: true } satisfies ImportAnswer
  } catch (error) {
    // The library's own Responses lead the browser to sign in again.
    if (error instanceof Response && (error.status < 400 || error.status === 401)) throw error
    if (isDomainError(error, 'program-missing')) return refuse('no-program')
    if (isDomainError(error, 'batch-unknown', 'batch-state')) return refuse('state')
    return refuse(isDomainError(error) ? 'date' : 'shopify')
  }
}

export const clientAction = keepForm

function refuse(refused: NonNullable<ImportAnswer['refused']>) {
  return data({ ok: false, refused } satisfies ImportAnswer, 422)
}

export const shouldRevalidate = unlessLost

export default function PastOrders() {
  return <PastOrdersPage {...useLoaderData<typeof loader>()} />
}
