import { withShop } from '../../db/db.server.ts'
import { inLocale } from '../../domain/document/local-text.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { customerNames } from '../../shopify/customer-names.ts'
import type { Locale } from '../../wording.ts'
import { UNDO_MS } from '../codes/done-by-people.ts'
import { listByPeople } from '../codes/done-list.ts'
import type { Shop } from '../shop/shop-of-request.ts'

/** One line of the list of what people do for members; all texts in the merchant's language. */
export interface ToDo {
  id: string
  customerId: string | null
  /** Null: the customer is gone, or Shopify cannot be reached. */
  customerName: string | null
  rewardName: string
  code: string
  points: number
  since: Date
  until: Date
  doneAt: Date | null
  /** It can still be said that it was not done. */
  undoable: boolean
}

export interface ToDoView {
  which: 'open' | 'done'
  items: ToDo[]
  /** Where the next page begins; null on the last. */
  next: number | null
  first: boolean
}

interface Asked {
  which: 'open' | 'done'
  after: number | null
  language: Locale
  now: number
}

/** Without Shopify the list works and shows numbers. */
export async function openToDo(shop: Shop, graphql: AdminGraphql, asked: Asked): Promise<ToDoView> {
  const { which, after, language, now } = asked
  const { rows, next } = await withShop(shop.shopId, (tx) => listByPeople(tx, shop.shopId, which, after))
  const ids = [...new Set(rows.flatMap(({ customerId }) => customerId ?? []))]
  const names = await customerNames(graphql, ids)
  const items = rows.map(({ reward, ...row }) => ({
    ...row,
    customerName: names?.get(row.customerId ?? '') ?? null,
    rewardName: inLocale(reward.name, language),
    undoable: row.doneAt !== null && now <= row.doneAt.getTime() + UNDO_MS,
  }))
  return { which, items, next, first: after === null }
}
