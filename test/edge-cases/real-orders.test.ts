import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { recordedFolder } from '../contract/recorded.ts'
import { type ShopLife, useShopLife } from './shop-life.ts'

/**
 * Orders as Shopify sent them to shops of every kind and age, without persons, and the points each is worth under one
 * point per unit for goods only, worked out apart. Some are always there; all of them where they lie beside the project.
 */
const shops = useShopLife()
const data = dirname(recordedFolder)
const all = join(data, 'real-orders.jsonl')

interface RealOrder {
  topic: string
  payload: { id: number }
}

const linesOf = <Line>(file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

async function worths(orders: RealOrder[]): Promise<Record<string, number>> {
  const life: ShopLife = await shops.open({ from: '2000-01-01T00:00:00Z' })
  for (const { topic, payload } of orders)
    expect(await life.tell(topic, payload), String(payload.id)).toMatchObject({ status: 'done' })
  const { rows } = await shops
    .owner()
    .query('SELECT order_id::text AS id, worth::int FROM order_state WHERE shop_id = $1', [life.shopId])
  return Object.fromEntries(rows.map(({ id, worth }) => [id, worth]))
}

describe('Real orders are worth what they were worth to whoever worked them out', () => {
  test('a share of them', async () => {
    const orders = linesOf<RealOrder & { points: number }>(
      join(import.meta.dirname, '../fixtures/real-orders.jsonl'),
    )
    const expected = Object.fromEntries(orders.map(({ payload, points }) => [payload.id, points]))
    expect(await worths(orders)).toEqual(expected)
  })

  test.skipIf(!existsSync(all))('all of them', async () => {
    const points = JSON.parse(readFileSync(join(data, 'real-orders-expected.json'), 'utf8'))
    const orders = linesOf<RealOrder>(all)
    const expected = orders.map(({ payload }) => [payload.id, points[payload.id].points])
    expect(await worths(orders)).toEqual(Object.fromEntries(expected))
  })
})
