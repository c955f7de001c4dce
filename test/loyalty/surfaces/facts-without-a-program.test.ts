import { beforeAll, expect, test } from 'vitest'
import { installShop } from '../../../app/loyalty/shop/install-shop.ts'
import { prepareShop } from '../../../app/loyalty/shop/prepare-shop.ts'
import { publishProgramFacts } from '../../../app/loyalty/surfaces/publish-program-facts.ts'
import { syncMembers } from '../../../app/loyalty/surfaces/sync-members.ts'
import { shopAdmin } from '../../../app/shopify/shop-admin.ts'
import { renderBlock, themeContext } from '../../../dev-store/liquid/render.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { buy } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'

const database = useDatabase()
const pages = useAdminPages()
let customerId = 0

const shopId = async () => {
  const { rows } = await database
    .owner()
    .query('SELECT shop_id::int AS id FROM shop WHERE domain = $1', [pages.domain])
  return rows[0].id as number
}

/** The points block as the practice store draws it for this customer. */
async function block(): Promise<string> {
  const facts = { customerId, productId: null, locale: 'de', page: 'index' } as const
  const html = await renderBlock({
    handle: 'balance',
    context: themeContext(pages.harness.store, facts),
  })
  return html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
}

beforeAll(async () => {
  await pages.open('/app')
  customerId = pages.harness.store.customers.all()[0]?.id ?? 0
})

const written = async (id: number) => {
  await prepareShop(id)
  await publishProgramFacts(id, Date.now)
  await syncMembers(id, Date.now)
}

test('owner 2: an erased shop that comes back shows nothing of the time before, with and without a program', async () => {
  const first = await shopId()
  await publish(database.owner(), first, 1, testProgram({ returnWindowDays: 0 }), '2020-01-01T00:00:00Z')
  const placedAt = new Date(Date.now() - 86_400_000).toISOString()
  await buy(first, { id: 9200, customer: customerId, placedAt, lines: [{ price: '700.00' }] })
  await written(first)
  expect(await block()).toContain('700 Punkte verfügbar')

  await database.owner().query('UPDATE shop SET uninstalled_at = now() WHERE shop_id = $1', [first])
  await database.owner().query('SELECT erase_shop($1, now())', [first])
  await installShop(pages.domain, await shopAdmin(pages.domain))
  const second = await shopId()
  expect(second).not.toBe(first)
  await written(second)
  expect(await block()).toContain('0 Punkte verfügbar Das Treueprogramm ist noch nicht gestartet.')

  await publish(database.owner(), second, 1, testProgram({ returnWindowDays: 0 }), '2020-01-01T00:00:00Z')
  await publishProgramFacts(second, Date.now)
  await syncMembers(second, Date.now)
  expect(await block()).toMatch(/ 0 Punkte verfügbar Ihr nächster Einkauf/)

  await buy(second, { id: 9201, customer: customerId, placedAt, lines: [{ price: '30.00' }] })
  await syncMembers(second, Date.now)
  expect(await block()).toContain('30 Punkte verfügbar')
})
