/** What a developer tries by hand on orders and customers; the merchant's pages have more. */
import { CommerceError } from '../../commerce/errors.ts'
import { updateCustomer } from '../../deeds/customer-deeds.ts'
import { payOrder } from '../../deeds/order-deeds.ts'
import { idOf } from '../../model.ts'
import type { ApiContext } from '../context.ts'
import { accessDenied, invalidId } from '../errors.ts'
import { presentNode } from '../present/node.ts'
import { presentOrder } from '../present/order.ts'

function markAsPaid({ input }: { input: { id: string } }, { practice, store, granted }: ApiContext) {
  if (!granted.has('write_orders'))
    throw accessDenied(
      'orderMarkAsPaid',
      '`write_orders` access scope. Also: The user must have mark_orders_as_paid permission.',
    )
  const order = store.orders.get(idOf(input.id))
  if (!order) return { order: null, userErrors: [{ field: ['id'], message: 'Order does not exist' }] }
  try {
    return { order: presentOrder(payOrder(practice, order.id)), userErrors: [] }
  } catch (error) {
    if (!(error instanceof CommerceError)) throw error
    const userErrors = [{ field: ['id'], message: 'Order cannot be marked as paid.' }]
    return { order: presentOrder(order), userErrors }
  }
}

type TagArguments = { id: string; tags: string[] }

function changeTags(change: (tags: string[], given: string[]) => string[]) {
  return ({ id, tags }: TagArguments, context: ApiContext) => {
    if (!id.startsWith('gid://shopify/Customer/')) throw invalidId(id)
    if (!context.granted.has('write_customers'))
      throw accessDenied('tagsAdd', '`write_customers` access scope.')
    const customer = context.store.customer(idOf(id))
    if (!customer) return { node: null, userErrors: [{ field: ['id'], message: 'Customer does not exist' }] }
    const given = tags.flatMap((tag) => tag.split(',')).map((tag) => tag.trim())
    updateCustomer(context.practice, customer.id, { tags: change(customer.tags, given) })
    return { node: presentNode(id, context), userErrors: [] }
  }
}

export const orderMutations = {
  orderMarkAsPaid: markAsPaid,
  tagsAdd: changeTags((tags, given) => [...new Set([...tags, ...given])]),
  tagsRemove: changeTags((tags, given) => tags.filter((tag) => !given.includes(tag))),
}
