import { type AdminGraphql, askAdmin } from '../ask-admin.ts'
import type { OrderFieldsFragment, RefundFieldsFragment } from '../graphql/generated/types.ts'
import { OrderPage, RefundPage } from '../graphql/orders.ts'

/** Orders and refunds with more of anything than a first page holds: read page by page until each part is whole. */

interface Connection<Node> {
  nodes: Node[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

type Connections<Part extends string> = { id: string } & Record<Part, Connection<unknown>>

export async function wholeOrder(
  graphql: AdminGraphql,
  order: OrderFieldsFragment,
): Promise<OrderFieldsFragment> {
  const whole = await completed(order, ['lineItems', 'shippingLines'], async (after) => {
    const page = { id: order.id, lines: after('lineItems'), shipping: after('shippingLines') }
    return (await askAdmin(graphql, OrderPage, page)).order ?? null
  })
  const refunds: RefundFieldsFragment[] = []
  for (const refund of whole.refunds) refunds.push(await wholeRefund(graphql, refund))
  return { ...whole, refunds }
}

function wholeRefund(graphql: AdminGraphql, refund: RefundFieldsFragment): Promise<RefundFieldsFragment> {
  const parts = ['refundLineItems', 'orderAdjustments', 'refundShippingLines', 'transactions'] as const
  return completed(refund, parts, async (after) => {
    const page = {
      id: refund.id,
      lines: after('refundLineItems'),
      adjustments: after('orderAdjustments'),
      shipping: after('refundShippingLines'),
      payments: after('transactions'),
    }
    return (await askAdmin(graphql, RefundPage, page)).refund ?? null
  })
}

/**
 * @param next the page behind the given cursors; null when the resource is gone meanwhile
 * @throws Error then: half an order would be worth half its points
 */
async function completed<Part extends string, Resource extends Connections<Part>>(
  resource: Resource,
  parts: readonly Part[],
  next: (after: (part: Part) => string | null) => Promise<Connections<Part> | null>,
): Promise<Resource> {
  const whole = { ...resource }
  while (parts.some((part) => whole[part].pageInfo.hasNextPage)) {
    const page = await next((part) => whole[part].pageInfo.endCursor)
    if (page === null) throw new Error(`${resource.id} was deleted while it was read`)
    for (const part of parts) {
      const { nodes, pageInfo } = whole[part]
      // A part that was whole already has nothing behind its end.
      if (pageInfo.hasNextPage)
        Object.assign(whole, { [part]: { ...page[part], nodes: [...nodes, ...page[part].nodes] } })
    }
  }
  return whole
}
