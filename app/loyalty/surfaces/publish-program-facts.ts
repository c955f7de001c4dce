import { acrossShops } from '../../db/db.server.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import { compileWindow } from '../../domain/time/time-window.ts'
import { logger } from '../../logger.server.ts'
import { enqueue } from '../../queue/enqueue.ts'
import { type AdminGraphql, askAdmin } from '../../shopify/ask-admin.ts'
import { SetMetafields } from '../../shopify/graphql/metafields.ts'
import { AppInstallation } from '../../shopify/graphql/shop.ts'
import { shopAdmin } from '../../shopify/shop-admin.ts'
import { NEW_MEMBER } from '../members/read-member.ts'
import { keepTitles, titlesFor } from '../program/campaign-titles.ts'
import { loadPrograms, programAt } from '../program/programs.ts'
import { type Shop, shopById } from '../shop/shop-of-request.ts'
import { membershipMetafield } from './membership-view.ts'
import { countedBesides } from './preview-cart.ts'

/**
 * Writes what the storefront needs to know of the program ("earn N points with this product") to the app's own
 * metafield, which themes read without a request; where no program is in force, just that: what an earlier
 * installation has written stays in Shopify. Writes the same again when run again. Of two runs at once the one with
 * the older program may write last: it looks once more and writes the newer one.
 */
export async function publishProgramFacts(shopId: number, now: () => number): Promise<void> {
  const shop = await shopById(shopId)
  if (!shop) return
  const graphql = await shopAdmin(shop.domain)
  let program = await inForce(shopId, now())
  for (let written: number | null | undefined; written !== versionOf(program); ) {
    await writeFacts(graphql, shop, program, now())
    if (program) await keepTitlesOf(graphql, shopId, program)
    written = versionOf(program)
    program = await inForce(shopId, now())
  }
  if (program) await markAllForSync(shopId)
}

const versionOf = (program: CompiledProgram | null) => program?.version ?? null

async function keepTitlesOf(graphql: AdminGraphql, shopId: number, { document }: CompiledProgram) {
  const titles = await titlesFor(graphql, [document])
  await acrossShops((tx) => keepTitles(tx, shopId, document, titles))
}

async function inForce(shopId: number, at: number): Promise<CompiledProgram | null> {
  return acrossShops(async (tx) => programAt((await loadPrograms(tx, [shopId])).get(shopId), at))
}

async function writeFacts(
  graphql: AdminGraphql,
  shop: Shop,
  program: CompiledProgram | null,
  now: number,
): Promise<void> {
  const facts = program ? programFacts(program, now, shop.taxesIncluded) : { v: 1 }
  const { currentAppInstallation } = await askAdmin(graphql, AppInstallation)
  const { metafieldsSet } = await askAdmin(graphql, SetMetafields, {
    metafields: [
      {
        ownerId: currentAppInstallation.id,
        namespace: 'stammgast',
        key: 'program',
        type: 'json',
        value: JSON.stringify({ ...facts, book: shop.shopId }),
      },
    ],
  })
  const [error] = metafieldsSet?.userErrors ?? []
  if (error) {
    logger.warn({ shopId: shop.shopId, code: error.code }, 'the program facts were refused')
    throw new Error(`Program facts were refused: ${error.message}`)
  }
}

/** Another program may mean another next reward and tier for everybody. */
async function markAllForSync(shopId: number): Promise<void> {
  await acrossShops(async (tx) => {
    await tx.query(
      `INSERT INTO member_to_sync (shop_id, account_id)
       SELECT shop_id, account_id FROM account
        WHERE shop_id = $1 AND customer_id IS NOT NULL AND merged_into IS NULL ORDER BY account_id
       ON CONFLICT (shop_id, account_id) DO UPDATE SET since = excluded.since`,
      [shopId],
    )
    await enqueue(tx, 'sync-members', { shopId })
  })
}

/** The public part of a program, for Liquid. Times in epoch seconds; campaigns that are over are left out. */
export function programFacts(program: CompiledProgram, now: number, taxesIncluded: boolean) {
  const { document } = program
  const campaigns = document.campaigns.flatMap(({ id, name, multiplier, scope, tiers, window }) => {
    const { from, until } = compileWindow(window)
    if (until <= now) return []
    const seconds = (ms: number) => (Number.isFinite(ms) ? ms / 1000 : null)
    return [
      {
        id,
        name,
        multiplier,
        scope: {
          kind: scope.kind,
          ids: 'ids' in scope ? scope.ids : [],
          tags: 'tags' in scope ? scope.tags : [],
        },
        tiers,
        startsAt: seconds(from),
        endsAt: seconds(until),
      },
    ]
  })
  return {
    v: 1,
    pointsPerUnit: document.earning.pointsPerUnit,
    rounding: document.earning.rounding,
    // What a product's price does not tell and an order may bring on top.
    counts: countedBesides(program, taxesIncluded),
    pointName: document.pointName,
    stacking: document.stacking,
    campaigns,
    tiers: document.tiers.levels.map(({ id, name, multiplier }) => ({ id, name, multiplier })),
    rewards: document.rewards
      .filter((reward) => reward.active)
      .map(({ id, name, cost }) => ({ id, name, cost })),
    // What a customer reads whose own metafield is still to be written: the tier and the goals of a beginning.
    newcomer: membershipMetafield(program, NEW_MEMBER, now, new Set()),
  }
}
