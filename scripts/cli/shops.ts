import type { Shop } from '../../app/loyalty/shop/shop-of-request.ts'
import { takeAppEnvironment } from './environment.ts'
import { Failure, UsageError } from './usage.ts'

/**
 * The shop a command is for: `--shop`, else the practice shop, else the only one there is.
 * @throws Failure when the app is not installed there; UsageError when there are several to choose from
 */
export async function findShop(domain: string | undefined): Promise<Shop> {
  const { practiceShop } = await takeAppEnvironment()
  const { shopByDomain } = await import('../../app/loyalty/shop/shop-of-request.ts')
  const wanted = domain ?? practiceShop ?? (await onlyShop())
  const shop = await shopByDomain(wanted)
  if (!shop) throw new Failure(`Stammgast is not installed in the shop "${wanted}".`)
  return shop
}

async function onlyShop(): Promise<string> {
  const { jobsPool } = await import('../../app/db/db.server.ts')
  const { rows } = await jobsPool().query<{ domain: string }>(
    'SELECT domain FROM shop WHERE uninstalled_at IS NULL ORDER BY domain LIMIT 10',
  )
  const [first, second] = rows
  if (!first) throw new Failure('Stammgast is not installed in any shop yet.')
  if (second) throw new UsageError(`--shop is needed, one of: ${rows.map((row) => row.domain).join(', ')}`)
  return first.domain
}
