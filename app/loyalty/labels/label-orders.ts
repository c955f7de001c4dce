import { acrossShops } from '../../db/db.server.ts'
import type { Tx } from '../../db/tx.ts'
import type { LineFacts, OrderFacts } from '../../domain/orders/order-facts.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import type { OrderReading } from '../orders/readings.ts'
import { loadPrograms, readablePrograms, type ShopPrograms } from '../program/programs.ts'
import { shopById } from '../shop/shop-of-request.ts'
import {
  cachedLabels,
  distinctProducts,
  type ProductKey,
  type ProductLabels,
  productKey,
  readProductLabels,
} from './product-labels.ts'

/**
 * Collections and tags of the products, which campaigns may ask for, on the orders' lines. Shopify is never asked
 * within a transaction: the inbox goes by the cache and lets an order wait for what is not there
 * (read-wanted-labels.ts), jobs ask before they begin one.
 */

/** Shopify could not be asked for a shop's products; its orders wait. */
export class LabelsUnavailable extends Error {}

/**
 * Labels orders from the cache, in shops whose programs ask for labels. For all others it does nothing.
 * @param programs those of the readings' shops
 * @returns the orders that lack the labels of a product, each with the products that the cache does not know
 */
export async function labelFromCache(
  tx: Tx,
  readings: readonly OrderReading[],
  programs: ReadonlyMap<number, ShopPrograms>,
): Promise<Map<OrderReading, ProductKey[]>> {
  const asking = new Set<number>()
  for (const [shopId, ofShop] of programs) if (asksForLabels(ofShop)) asking.add(shopId)
  const lacking = new Map<OrderReading, ProductKey[]>()
  if (asking.size === 0) return lacking
  const asked = readings.filter(({ shopId }) => asking.has(shopId))
  const labels = await cachedLabels(tx, distinctProducts(asked.flatMap(productsOf)))
  for (const reading of asked) {
    const missing = productsOf(reading).filter((key) => !labels.has(productKey(key)))
    if (missing.length > 0) lacking.set(reading, missing)
    else writeLabels(reading.facts, (productId) => labels.get(productKey({ ...reading, productId })))
  }
  return lacking
}

/** Labels of one shop's products by their ids; null: none of its programs asks for them. */
export type ShopLabels = Map<string, ProductLabels> | null

/**
 * The labels that these orders of a shop need, asked of Shopify where the cache does not know. Never to be called
 * within a transaction.
 * @throws LabelsUnavailable when Shopify does not answer
 */
export async function readLabels(shopId: number, orders: readonly OrderFacts[]): Promise<ShopLabels> {
  if (orders.length === 0) return null
  const programs = await acrossShops((tx) => loadPrograms(tx, [shopId]))
  if (!asksForLabels(programs.get(shopId))) return null
  const shop = await shopById(shopId)
  if (!shop) return new Map()
  const productIds = orders
    .flatMap((facts) => productsOf({ shopId, facts }))
    .map(({ productId }) => productId)
  try {
    return await readProductLabels(shopId, productIds, () => shopAdmin(shop.domain))
  } catch (error) {
    throw new LabelsUnavailable(`Products cannot be read from Shopify: ${(error as Error).message}`)
  }
}

/**
 * Writes what `readLabels` has read onto the orders' lines.
 * @param programs as the transaction that settles the orders sees them
 * @throws LabelsUnavailable when a program that asks for labels was published since; the job begins anew
 */
export function labelOrders(readings: OrderReading[], labels: ShopLabels, programs?: ShopPrograms): void {
  if (labels === null && readings.length > 0 && asksForLabels(programs))
    throw new LabelsUnavailable('A program that asks for collections or tags was published meanwhile')
  if (labels === null) return
  for (const { facts } of readings) writeLabels(facts, (productId) => labels.get(productId))
}

function writeLabels(facts: OrderFacts, labelsOf: (productId: string) => ProductLabels | undefined): void {
  for (const line of facts.lines) {
    const label = isLabelled(line) ? labelsOf(line.productId) : undefined
    if (label) Object.assign(line, { collections: label.collections, tags: label.tags })
  }
}

function productsOf({ shopId, facts }: Pick<OrderReading, 'shopId' | 'facts'>): ProductKey[] {
  return facts.lines.filter(isLabelled).map(({ productId }) => ({ shopId, productId }))
}

/** Gift cards earn nothing, whatever they are labelled with. */
function isLabelled(line: LineFacts): line is LineFacts & { productId: string } {
  return line.productId !== null && !line.giftCard
}

export function asksForLabels(programs: ShopPrograms | undefined): boolean {
  return readablePrograms(programs).some(usesLabels)
}

export function usesLabels(program: CompiledProgram): boolean {
  return program.document.campaigns.some(({ scope }) => scope.kind === 'collections' || scope.kind === 'tags')
}
