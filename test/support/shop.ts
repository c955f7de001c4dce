import type pg from 'pg'
import type { Program } from '../../app/domain/program/program.ts'

let made = 0

/** A shop in the test database, by default with nothing published. */
export async function makeShop(
  owner: pg.Pool,
  options: { currency?: string; timeZone?: string; program?: Program; from?: string } = {},
): Promise<{ shopId: number; domain: string }> {
  const domain = `test-shop-${++made}.myshopify.com`
  const { rows } = await owner.query(
    `INSERT INTO shop (domain, name, currency, time_zone, taxes_included, locale)
     VALUES ($1, 'Testladen', $2, $3, true, 'de') RETURNING shop_id::int AS "shopId"`,
    [domain, options.currency ?? 'EUR', options.timeZone ?? 'Europe/Berlin'],
  )
  const { shopId } = rows[0]
  if (options.program)
    await publish(owner, shopId, 1, options.program, options.from ?? '2020-01-01T00:00:00Z')
  return { shopId, domain }
}

export async function publish(
  owner: pg.Pool,
  shopId: number,
  version: number,
  program: Program,
  from: string,
) {
  await owner.query(
    `INSERT INTO program (shop_id, version, document, effective_from, published_by) VALUES ($1, $2, $3, $4, 'test')`,
    [shopId, version, program, from],
  )
}
