import type { CompiledProgram } from '../domain/compiled-program.ts'
import { shopAdmin } from '../shopify/shop-admin.ts'
import { readProductLabels } from './product-labels.ts'
import type { ShopPrograms } from './settlement/programs.ts'
import type { OrderReading } from './settlement/readings.ts'
import { shopById } from './shop-of-request.ts'

/** Shopify could not be asked for a shop's products; its orders wait. */
export class LabelsUnavailable extends Error {}

/**
 * Writes collections and tags of the products onto the orders' lines, for the shops whose programs ask for them.
 * @returns the shops for which that failed, with the reason
 */
export async function labelOrders(
  readings: OrderReading[],
  programs: Map<number, ShopPrograms>,
): Promise<Map<number, LabelsUnavailable>> {
  const failed = new Map<number, LabelsUnavailable>()
  const byShop = new Map<number, OrderReading[]>()
  for (const reading of readings) byShop.set(reading.shopId, [...(byShop.get(reading.shopId) ?? []), reading])
  for (const [shopId, ofShop] of byShop) {
    if (!asksForLabels(programs.get(shopId))) continue
    try {
      await labelShop(shopId, ofShop)
    } catch (error) {
      failed.set(
        shopId,
        new LabelsUnavailable(`Products cannot be read from Shopify: ${(error as Error).message}`),
      )
    }
  }
  return failed
}

async function labelShop(shopId: number, readings: OrderReading[]): Promise<void> {
  const shop = await shopById(shopId)
  if (!shop) return
  const lines = readings
    .flatMap(({ facts }) => facts.lines)
    .filter((line) => line.productId !== null && !line.giftCard)
  const productIds = [...new Set(lines.map((line) => line.productId as string))]
  const labels = await readProductLabels(shopId, productIds, () => shopAdmin(shop.domain))
  for (const line of lines) {
    const label = labels.get(line.productId as string)
    if (label) Object.assign(line, { collections: label.collections, tags: label.tags })
  }
}

function asksForLabels(programs: ShopPrograms | undefined): boolean {
  return programs?.versions.some(({ program }) => usesLabels(program)) ?? false
}

function usesLabels(program: CompiledProgram): boolean {
  return program.document.campaigns.some(({ scope }) => scope.kind === 'collections' || scope.kind === 'tags')
}
