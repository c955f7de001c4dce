import type pg from 'pg'
import type { Program } from '../../app/domain/program/program.ts'
import { orderPayload } from '../../dev-store/payload/order-payload.ts'
import type { Store } from '../../dev-store/store.ts'
import type { PracticeShop } from '../support/practice-shop.ts'
import { type Book, differences, readBook } from './book.ts'
import { makeFaultShop, runCleanly } from './clean-run.ts'
import { checkCodes, checkCredits } from './codes-in-shop.ts'

/** Where the shop and the book disagree, in words; each list is empty when all is well. */
export interface Mismatches {
  /** Codes and store credit in the shop against redemptions, their holds and the orders that carry them, both ways (invariant 11). */
  codes: string[]
  /** Worth of each order, and each member's points, against a clean run over the final orders. */
  points: string[]
  /** What the storefront reads of a member against the book. */
  metafields: string[]
}

export async function checkAgainstShop(
  clean: pg.Pool,
  owner: pg.Pool,
  practice: PracticeShop,
  { shopId, program }: { shopId: number; program: Program },
): Promise<Mismatches> {
  const { store } = practice.context
  return {
    codes: [...(await checkCodes(owner, store)), ...(await checkCredits(owner, store))],
    points: await checkPoints(clean, owner, store, { shopId, program }),
    metafields: await checkMetafields(owner, store),
  }
}

async function checkPoints(
  clean: pg.Pool,
  owner: pg.Pool,
  store: Store,
  { shopId, program }: { shopId: number; program: Program },
): Promise<string[]> {
  const programs = [{ program, from: '2020-01-01T00:00:00Z' }]
  const shop = await makeFaultShop(clean, { name: 'clean', programs })
  const labels = await owner.query(
    'SELECT product_id, collections, tags FROM product_label WHERE shop_id = $1 AND read_at IS NOT NULL',
    [shopId],
  )
  for (const { product_id, collections, tags } of labels.rows)
    await clean.query(
      'INSERT INTO product_label (shop_id, product_id, collections, tags) VALUES ($1, $2, $3, $4)',
      [shop.shopId, product_id, collections, tags],
    )
  await runCleanly(
    clean,
    shop,
    store.orders.all().map((order) => {
      const customer = order.customerId === null ? null : (store.customer(order.customerId) ?? null)
      return { topic: 'orders/updated', payload: orderPayload(order, customer, store.shop) }
    }),
  )
  const [is, should] = [await readBook(owner, shopId), await readBook(clean, shop.shopId)]
  const orders = differences(only(is), only(should))
  return [...orders, ...(await checkBalances(owner, is, should))]
}

const only = ({ orders }: Book): Book => ({ balances: new Map(), orders })

/** What a member has is what a clean run over the orders gives, less what redemptions hold and took. */
async function checkBalances(owner: pg.Pool, is: Book, should: Book): Promise<string[]> {
  const { rows } = await owner.query<{ key: string; held: number; spent: number }>(
    `SELECT a.customer_id::text AS key, (sum(r.cost) FILTER (WHERE h.outcome IS NULL))::int AS held,
            (sum(r.cost) FILTER (WHERE h.outcome = 'captured' AND r.status = 'used'))::int AS spent
       FROM redemption r JOIN hold h USING (shop_id, hold_id) JOIN account a ON a.account_id = r.account_id GROUP BY 1`,
  )
  const taken = new Map(rows.map((row) => [row.key, row]))
  const found: string[] = []
  for (const key of new Set([...is.balances.keys(), ...should.balances.keys()])) {
    const [pending = 0, available = 0, held = 0, debt = 0] = numbers(is.balances.get(key))
    const [cleanPending = 0, cleanAvailable = 0, , cleanDebt = 0] = numbers(should.balances.get(key))
    const of = taken.get(key)
    const expected = cleanAvailable - cleanDebt - (of?.held ?? 0) - (of?.spent ?? 0)
    if (available - debt !== expected || pending !== cleanPending || held !== (of?.held ?? 0))
      found.push(`member ${key}: ${available - debt} available and ${held} held instead of ${expected}`)
  }
  return found
}

const numbers = (text: string | undefined) => (text ?? '0 0 0 0').split(' ').map(Number)

async function checkMetafields(owner: pg.Pool, store: Store): Promise<string[]> {
  const { rows } = await owner.query<{ id: number; available: number; pending: number; debt: number }>(
    `SELECT a.customer_id::float8 AS id, b.available::int, b.pending::int, b.debt::int
       FROM account a JOIN balance b USING (shop_id, account_id) WHERE a.customer_id IS NOT NULL`,
  )
  return rows.flatMap(({ id, ...points }) => {
    const value = store.metafield('CUSTOMER', id, '$app:stammgast', 'membership')?.value
    const shown = value === undefined ? null : JSON.parse(value)
    const same =
      shown && (['available', 'pending', 'debt'] as const).every((part) => shown[part] === points[part])
    return same ? [] : [`member ${id}: ${value ?? 'nothing'} instead of ${JSON.stringify(points)}`]
  })
}
