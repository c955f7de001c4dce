import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Setting } from '../model/programs.ts'
import { makeShop, publish } from '../support/shop.ts'
import { workOff } from '../support/work-off.ts'
import type { Line } from './deliveries.ts'

/** The shop of a fault run; it gets the same id in every fresh database. */
export async function makeFaultShop(
  owner: pg.Pool,
  setting: Setting,
): Promise<{ shopId: number; domain: string }> {
  const shop = await makeShop(owner)
  for (const [i, { program, from }] of setting.programs.entries())
    await publish(owner, shop.shopId, i + 1, program, from)
  return shop
}

/** Every delivery once, in order, through the app's inbox in this process (whose DATABASE_URL it is). */
export async function runCleanly(
  owner: pg.Pool,
  shop: { shopId: number; domain: string },
  lines: Line[],
  now: () => number = Date.now,
): Promise<void> {
  for (let at = 0; at < lines.length; at += 500) await storeLines(owner, shop, lines.slice(at, at + 500))
  // In small batches: the states of an order come in order all the same.
  while ((await workOff(now, 20)) > 0);
}

/** As the door stores them, in order. */
export async function storeLines(
  owner: pg.Pool,
  shop: { shopId: number; domain: string },
  lines: Line[],
): Promise<void> {
  await owner.query(
    `INSERT INTO delivery (shop_id, webhook_id, topic, shop_domain, body)
     SELECT $1, w, t, $2, b FROM unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS r(w, t, b, n) ORDER BY n`,
    [
      shop.shopId,
      shop.domain,
      lines.map(() => randomUUID()),
      lines.map(({ topic }) => topic),
      lines.map(({ payload }) => JSON.stringify(payload)),
    ],
  )
}
