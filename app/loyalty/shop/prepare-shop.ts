import { acrossShops } from '../../db/db.server.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { askAdmin } from '../../shopify/ask-admin.ts'
import { DefineMetafield } from '../../shopify/graphql/metafields.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { shopById } from './shop-of-request.ts'

/** What an installation needs in Shopify: the metafield that storefront and customer account may read. */
export async function prepareShop(shopId: number): Promise<void> {
  const shop = await shopById(shopId)
  if (!shop) return
  const { metafieldDefinitionCreate } = await askAdmin(await shopAdmin(shop.domain), DefineMetafield, {
    definition: {
      name: 'Stammgast membership',
      namespace: '$app:stammgast',
      key: 'membership',
      type: 'json',
      ownerType: 'CUSTOMER',
      access: { storefront: 'PUBLIC_READ', customerAccount: 'READ' },
    },
  })
  const error = metafieldDefinitionCreate?.userErrors.find(({ code }) => code !== 'TAKEN')
  if (error) throw new Error(`The metafield definition was refused: ${error.message}`)
  await acrossShops((tx) => enqueue(tx, 'publish-program-facts', { shopId }))
}
