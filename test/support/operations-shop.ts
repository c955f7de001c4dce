import { beforeAll, expect } from 'vitest'
import { withShop } from '../../app/db/db.server.ts'
import { auditLedger } from '../../app/loyalty/audit/audit-ledger.ts'
import { useDatabase } from '../database.ts'
import { useAdminPages } from './admin-pages.ts'
import { testProgram } from './program.ts'
import { makeShop, publish } from './shop.ts'
import { adminToken, bearerCall } from './shopper-requests.ts'

export type Loader = (args: never) => Promise<unknown>

/** A shop with a past in the practice store, and another one: what the pages of the section "Operations" are tested on. */
export function useOperationsShop() {
  const database = useDatabase()
  const pages = useAdminPages()
  const shop = {
    database,
    pages,
    shopId: 0,
    other: { shopId: 0, domain: '' },
    customers: [] as { id: string; email: string; name: string }[],
    args: (request: Request, params = {}) => ({ request, params, context: {} }) as never,
    // biome-ignore lint/suspicious/noExplicitAny: answers are read by tests that know their shape.
    async load(loader: Loader, path = '/app/operations', params = {}): Promise<any> {
      return loader(shop.args(bearerCall(path, await adminToken(pages.domain)), params))
    },
    // biome-ignore lint/suspicious/noExplicitAny: see above
    async send(action: Loader, json: unknown, params = {}): Promise<any> {
      return action(
        shop.args(bearerCall('/app/operations', await adminToken(pages.domain), { json }), params),
      )
    },
    async sound() {
      const found = await withShop(shop.shopId, auditLedger)
      expect(found.filter(({ violations }) => violations > 0)).toEqual([])
    },
  }

  beforeAll(async () => {
    await pages.open('/app')
    const { rows } = await database
      .owner()
      .query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [pages.domain])
    shop.shopId = rows[0].id
    // Published now: the shop's orders of the past are from before it.
    const levels = [{ id: 'gold', name: { de: 'Gold', en: 'Gold' }, threshold: '1', multiplier: '2' }]
    const program = testProgram({ tiers: { basis: 'spend', window: { kind: 'lifetime' }, levels } })
    await publish(database.owner(), shop.shopId, 1, program, new Date().toISOString())
    shop.other = await makeShop(database.owner(), { program: testProgram() })
    const answer = await pages.harness.graphql(
      '{ customers(first: 5, sortKey: NAME) { nodes { id displayName defaultEmailAddress { emailAddress } } } }',
    )
    shop.customers = answer.data.customers.nodes.map(
      (node: { id: string; displayName: string; defaultEmailAddress: { emailAddress: string } }) => ({
        id: node.id.split('/').pop(),
        name: node.displayName,
        email: node.defaultEmailAddress.emailAddress,
      }),
    )
  })
  return shop
}
