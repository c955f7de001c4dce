import { acrossShops } from '../../db/db.server.ts'
import type { Wanted } from '../../shopify/rewards/maker.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import type { Redemption } from './redemption-record.ts'

/** What a redemption is to become in Shopify, or has become, for the maker of its kind. */
export async function wantedOf(shop: Shop, redemption: Redemption): Promise<Wanted> {
  const { reward, code, madeId, mark, createdAt, endsAt } = redemption
  const { customerId, others } = await acrossShops(async (tx) => {
    const { rows } = await tx.query<{ customerId: string | null; others: string[] }>(
      `SELECT a.customer_id::text AS "customerId",
              ARRAY(SELECT r.discount_id FROM redemption r
                     WHERE r.shop_id = $1 AND r.account_id = $2 AND r.redemption_id <> $3
                       AND r.code IS NULL AND r.discount_id IS NOT NULL) AS others
         FROM account a WHERE a.shop_id = $1 AND a.account_id = $2`,
      [redemption.shopId, redemption.accountId, redemption.redemptionId],
    )
    return rows[0] ?? { customerId: null, others: [] }
  })
  return {
    reward,
    code,
    madeId,
    mark,
    others,
    customerId,
    currency: shop.currency,
    locale: shop.locale,
    startsAt: createdAt,
    endsAt,
  }
}
