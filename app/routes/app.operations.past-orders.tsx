import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { adminRequest, sentJson } from '../admin-request.server.ts'
import { withShop } from '../db.server.ts'
import { isDomainError } from '../domain/errors.ts'
import { addMonthsToDate, localDate, startOfDate } from '../domain/time-window.ts'
import { cancelImport, startImport } from '../loyalty/import-orders.ts'
import { currentProgram } from '../loyalty/program-store.ts'
import { readImports } from '../loyalty/read-operations.ts'
import { keepForm } from '../ui/kit/lost-answer.ts'
import { type ImportAnswer, PastOrdersPage } from '../ui/operations/past-orders-page.tsx'

export async function loader({ request }: LoaderFunctionArgs) {
  const { shop } = await adminRequest(request)
  const today = localDate(Date.now(), shop.timeZone)
  return withShop(shop.shopId, async (tx) => {
    const program = await currentProgram(tx, shop)
    const expiry = program?.expiry
    return {
      imports: await readImports(tx, shop.shopId),
      published: program !== null,
      today,
      proposed: addMonthsToDate(today, -12),
      expiryMonths: expiry?.kind === 'after-earning' ? expiry.months : null,
    }
  })
}

const wish = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.literal('start'), from: z.iso.date(), award: z.boolean() }),
  z.strictObject({ intent: z.literal('cancel') }),
])

export async function action({ request }: ActionFunctionArgs) {
  const { shop, actor, graphql } = await adminRequest(request)
  const asked = wish.safeParse(await sentJson(request, z.unknown()))
  if (!asked.success) return data({ ok: false, refused: 'date' } satisfies ImportAnswer, 422)
  if (asked.data.intent === 'cancel') {
    await cancelImport(shop.shopId)
    return { ok: true } satisfies ImportAnswer
  }
  const from = startOfDate(asked.data.from, shop.timeZone)
  try {
    await startImport(graphql, { shop, from, award: asked.data.award, actor, now: Date.now() })
    return { ok: true } satisfies ImportAnswer
  } catch (error) {
    // The library's own Responses lead the browser to sign in again.
    if (error instanceof Response && (error.status < 400 || error.status === 401)) throw error
    const refused = isDomainError(error, 'program-missing')
      ? 'no-program'
      : isDomainError(error)
        ? 'date'
        : 'shopify'
    return data({ ok: false, refused } satisfies ImportAnswer, 422)
  }
}

export const clientAction = keepForm

export default function PastOrders() {
  return <PastOrdersPage {...useLoaderData<typeof loader>()} />
}
