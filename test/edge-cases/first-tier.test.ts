import { describe, expect, test } from 'vitest'
import { withShop } from '../../app/db/db.server.ts'
import type { Program } from '../../app/domain/program/program.ts'
import { findMembers, type MemberSearch } from '../../app/loyalty/members/find-members.ts'
import { programInForce } from '../../app/loyalty/program/programs.ts'
import { previewCart } from '../../app/loyalty/surfaces/preview-cart.ts'
import { programFacts } from '../../app/loyalty/surfaces/publish-program-facts.ts'
import { openMemberPage } from '../../app/loyalty/surfaces/read-member-page.ts'
import { readMembership } from '../../app/loyalty/surfaces/read-panel.ts'
import { renderBlock } from '../../dev-store/liquid/render.ts'
import { page } from '../extensions/theme-samples.ts'
import { silentAdmin } from '../support/member.ts'
import { LATER, type ShopLife, useShopLife } from './shop-life.ts'

/** A member without orders: what the shopper and the merchant see, in every place the same. */

const shops = useShopLife()
const NEW = 4711

const ladder = (first: string): { tiers: Program['tiers'] } => ({
  tiers: {
    basis: 'spend',
    window: { kind: 'rolling', months: 12 },
    levels: [
      { id: 'bronze', name: { de: 'Bronze', en: 'Bronze' }, threshold: first, multiplier: '3' },
      { id: 'silver', name: { de: 'Silber', en: 'Silver' }, threshold: '100.00', multiplier: '4' },
    ],
  },
})

/** A customer whom Shopify told of; no order and no posting. */
async function newcomer(first: string): Promise<ShopLife> {
  const life = await shops.open({ program: ladder(first) })
  await life.tell('customers/create', { id: NEW, state: 'disabled', verified_email: true })
  return life
}

/** The tier in each place, as it is called there. */
async function places(life: ShopLife) {
  const { shop, shopId } = life
  const shopper = { shop, customerId: String(NEW), locale: 'de' as const, now: LATER }
  const panel = await life.panel(NEW)
  const memberPage = await openMemberPage(shop, silentAdmin, String(NEW), 'de', LATER)
  const program = await withShop(shopId, (tx) => programInForce(tx, shop, new Date(LATER)))
  if (!program) throw new Error('The shop has a program')
  const facts = programFacts(program, LATER, true)
  const theme = async (handle: string) =>
    renderBlock({ handle, context: page({ membership: null, program: facts, price: 1_000 }) })
  const lines = [{ productId: '1', amount: '10.00' }]
  const lookUp = { admin: async () => silentAdmin, mayLookUp: async () => true }
  const cart = await previewCart({ ...shopper, ...lookUp }, { currency: 'EUR', lines })
  return {
    panel: panel.signedIn ? (panel.member.tier?.name.de ?? null) : 'nobody',
    checkout: (await readMembership(shopper)).member?.tier?.name.de ?? null,
    cart: cart.points,
    product: Number(/data-points="(\d+)"/.exec(await theme('product-points'))?.[1]),
    theme: /stammgast-badge">(.+?)</.exec(await theme('balance'))?.[1] ?? null,
    memberPage: memberPage?.member.tier?.current?.name ?? null,
    list: (await listed(life)).map(({ tierId }) => tierId),
  }
}

async function listed({ shop }: ShopLife, search: Partial<MemberSearch> = {}) {
  const query = { sort: 'tier' as const, descending: true, tier: null, text: '', ...search }
  return (await findMembers(shop, silentAdmin, query, new Date())).members
}

describe('A member without orders', () => {
  test('stands on the entry level where that asks for nothing, in every place', async () => {
    const life = await newcomer('0')
    expect(await places(life)).toEqual({
      panel: 'Bronze',
      checkout: 'Bronze',
      cart: 30,
      product: 30,
      theme: 'Stufe Bronze',
      memberPage: 'Bronze',
      list: ['bronze'],
    })
    expect(await listed(life, { tier: 'bronze' })).toHaveLength(1)
    expect(await listed(life, { tier: 'none' })).toEqual([])
  })

  test('has no tier anywhere where the first level asks for something', async () => {
    const life = await newcomer('50.00')
    expect(await places(life)).toEqual({
      panel: null,
      checkout: null,
      cart: 10,
      product: 10,
      theme: null,
      memberPage: null,
      list: [null],
    })
    expect(await listed(life, { tier: 'bronze' })).toEqual([])
    expect(await listed(life, { tier: 'none' })).toHaveLength(1)
  })

  test('is listed before who has climbed, in both directions', async () => {
    const life = await newcomer('0')
    await life.order({ id: 1, customer: 5, lines: [{ price: '200.00' }] })
    expect((await listed(life)).map(({ tierId }) => tierId)).toEqual(['silver', 'bronze'])
    expect((await listed(life, { descending: false })).map(({ tierId }) => tierId)).toEqual([
      'bronze',
      'silver',
    ])
  })

  test('reads the way to the next level on the storefront before a metafield is written', async () => {
    const life = await newcomer('0')
    const program = await withShop(life.shopId, (tx) => programInForce(tx, life.shop, new Date(LATER)))
    const context = page({ membership: null, program: program && programFacts(program, LATER, true) })
    expect((await renderBlock({ handle: 'balance', context })).replaceAll('\u00a0', ' ')).toContain(
      'Noch 100 € Einkaufswert bis zur Stufe Silber',
    )
    // Signed out nobody has a tier.
    const signedOut = page({ program: program && programFacts(program, LATER, true) })
    expect(await renderBlock({ handle: 'balance', context: signedOut })).not.toContain('Bronze')
  })
})
