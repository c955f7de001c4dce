import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { useShopLife } from './shop-life.ts'

/**
 * Orders as Shopify sent them to shops from 2008 on (public test fixtures of other projects, cut to what the app
 * subscribes to, without persons), and what each is worth under one point per unit of goods, worked out apart.
 */
interface Sent {
  topic: string
  payload: { id: number }
  points: number
}

const shops = useShopLife()
const beside = path.resolve(import.meta.dirname, '../../../shared/data')

const lines = (file: string) => readFileSync(file, 'utf8').trim().split('\n')

function someOfThem(): Sent[] {
  return lines(path.join(import.meta.dirname, '../fixtures/orders-of-shops.jsonl')).map((line) =>
    JSON.parse(line),
  )
}

function allOfThem(): Sent[] {
  const points = JSON.parse(readFileSync(path.join(beside, 'real-orders-expected.json'), 'utf8'))
  return lines(path.join(beside, 'real-orders.jsonl')).map((line) => {
    const { topic, payload } = JSON.parse(line)
    return { topic, payload, points: points[payload.id].points }
  })
}

const samples: [string, () => Sent[]][] = [['a share of them', someOfThem]]
if (existsSync(path.join(beside, 'real-orders.jsonl'))) samples.push(['all of them', allOfThem])
else console.warn('Skipped: the whole sample of orders is not beside the project.')

test.each(samples)('real orders have the points worked out by hand: %s', async (_, read) => {
  const sent = read()
  const life = await shops.open({ from: '2005-01-01T00:00:00Z' })
  for (const { topic, payload } of sent)
    expect(await life.tell(topic, payload), `order ${payload.id}`).toEqual({ status: 'done', reason: null })
  const { rows } = await shops
    .owner()
    .query('SELECT order_id::text AS id, worth FROM order_state WHERE shop_id = $1', [life.shopId])
  const worth = Object.fromEntries(rows.map((row) => [row.id, Number(row.worth)]))
  expect(worth).toEqual(Object.fromEntries(sent.map(({ payload, points }) => [payload.id, points])))
})
