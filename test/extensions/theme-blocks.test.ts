import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  blockAssets,
  renderBlock,
  renderBlocks,
  themeAssetRoutes,
  themeContext,
} from '../../dev-store/liquid/render.ts'
import { resolveNamespace } from '../../dev-store/model.ts'
import { Store } from '../../dev-store/store.ts'
import { member, metafield, type PageSample, page, program } from './theme-samples.ts'

const directory = new URL('../../extensions/points-widget/', import.meta.url)

/** Visible text with single spaces. */
const textOf = (html: string) =>
  html
    .replace(/<(script|svg)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim()

const balance = async (sample: PageSample, settings?: Record<string, unknown>) =>
  renderBlock({ handle: 'balance', context: page(sample), ...(settings ? { settings } : {}) })
const balanceText = async (sample: PageSample) => textOf(await balance(sample))
const productText = async (sample: PageSample) =>
  textOf(await renderBlock({ handle: 'product-points', context: page(sample) }))

test('a member sees balance, pending points, tier and the way to tier and reward', async () => {
  expect(await balanceText({ membership: member })).toBe(
    'Ihre Treuepunkte Stufe Silber 1.240 Punkte verfügbar 49 Punkte vorgemerkt Vorgemerkte Punkte werden nach ' +
      'Ablauf der Rückgabefrist verfügbar. Noch 120 € Einkaufswert bis zur Stufe Gold 76 % ' +
      'Noch 760 Punkte bis zur Prämie „10 € Rabatt“ 62 % Prämien ansehen',
  )
  expect(await balanceText({ membership: member, locale: 'en' })).toBe(
    'Your loyalty points Silver tier 1,240 points available 49 points pending Pending points become available when ' +
      'the return period ends. Spend €120 more to reach Gold 76 % 760 points to go until “€10 off” 62 % See rewards',
  )
})

test('points that lapse soon are announced with their last day, the nearest first', async () => {
  const later = [{ points: 1, on: '2027-02-01' }]
  const expiring = { ...member, expiring: { points: 120, on: '2027-01-15', later } }
  expect(await balanceText({ membership: expiring })).toContain(
    '120 Punkte nur noch bis zum 15.01.2027 gültig 1 Punkt nur noch bis zum 01.02.2027 gültig',
  )
  expect(await balanceText({ membership: expiring, locale: 'en' })).toContain(
    '120 points valid only until 15 January 2027 1 point valid only until 1 February 2027',
  )
  const single = { ...member, expiring: { points: 120, on: '2027-12-31' } }
  expect(await balanceText({ membership: single })).toContain('120 Punkte nur noch bis zum 31.12.2027 gültig')
  expect((await balance({ membership: single })).match(/<li>/g)).toHaveLength(1)
  expect(await balance({ membership: member })).not.toContain('stammgast-expiring')
})

test('the balance block costs no script and no request', async () => {
  for (const membership of [undefined, null, member]) {
    const html = await balance({ membership })
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|javascript:/)
  }
  expect(blockAssets(page(), ['balance', 'product-points'])).not.toContain('<script')
})

test('a guest is invited in her language, with the addresses of her language', async () => {
  expect(await balanceText({})).toContain('Anmelden Mitglied werden')
  const english = await balance({ locale: 'en' })
  expect(textOf(english)).toContain('Sign in Join')
  expect(english).toContain('href="/en/account/login"')
})

test('a customer without a membership sees zero points and how to begin', async () => {
  const text = await balanceText({ membership: null })
  expect(text).toContain('0 Punkte verfügbar')
  expect(text).toContain('Ihr nächster Einkauf bringt Ihnen Punkte')
  expect(await balanceText({ membership: null, program: null, locale: 'en' })).toContain('0 points available')
})

test.each([
  ['de', 'Das Treueprogramm ist noch nicht gestartet.'],
  ['en', 'The loyalty program has not started yet.'],
] as const)('W20: before a program is in force the block promises nothing (%s)', async (locale, words) => {
  for (const membership of [undefined, null]) {
    const text = await balanceText({ membership, program: null, locale })
    expect(text).toContain(words)
    expect(text).not.toMatch(
      /bringt Ihnen|sammeln Sie|Haben Sie schon|earns you|collect from|Have you ordered/,
    )
  }
})

test('debt is shown plainly', async () => {
  const owing = { ...member, available: 0, pending: 0, debt: 30 }
  expect(await balanceText({ membership: owing })).toContain(
    '30 Punkte im Rückstand: Es wurden mehr Punkte zurückgenommen, als noch da waren.',
  )
  expect(await balanceText({ membership: owing, locale: 'en' })).toContain('30 points owed')
  expect(await balanceText({ membership: member })).not.toContain('offen')
})

test('money is the shop’s and is written as the page’s language writes it, whatever the shopper pays in', async () => {
  const missing = (amount: string) => ({
    ...member,
    nextTier: { name: { de: 'Gold' }, missing: { basis: 'spend', amount } },
  })
  for (const [amount, shopCurrency, locale, told] of [
    ['1240.50', 'EUR', 'de', 'Noch 1.240,50 € '],
    ['1240.50', 'EUR', 'en', 'Spend €1,240.50 more'],
    ['12345678.00', 'EUR', 'de', 'Noch 12.345.678 € '],
    ['99.05', 'USD', 'de', 'Noch 99,05 $ '],
    ['99.05', 'USD', 'en', 'Spend $99.05 more'],
    ['120.00', 'CHF', 'de', 'Noch 120 CHF '],
    ['120.00', 'CHF', 'en', 'Spend CHF 120 more'],
    ['12000', 'JPY', 'en', 'Spend ¥12,000 more'],
    ['1.250', 'KWD', 'en', 'Spend KWD 1.250 more'],
  ] as const)
    for (const currency of ['EUR', 'USD'])
      expect(await balanceText({ membership: missing(amount), shopCurrency, locale, currency })).toContain(
        told,
      )
})

test('one point is singular, and the merchant’s own name for points is used', async () => {
  const pointName = { de: { one: 'Stern', many: 'Sterne' }, en: { one: 'star', many: 'stars' } }
  const one = { ...member, available: 1, pending: 1, pointName }
  expect(await balanceText({ membership: one })).toContain('1 Stern verfügbar 1 Stern vorgemerkt')
  expect(await balanceText({ membership: { ...one, available: 2 }, locale: 'en' })).toContain(
    '2 stars available 1 star',
  )
})

test('the next tier is told in its own basis, in singular and plural', async () => {
  const next = (missing: object) => ({ ...member, nextTier: { name: { de: 'Gold' }, missing } })
  const text = (missing: object, locale: 'de' | 'en' = 'de') =>
    balanceText({ membership: next(missing), locale })
  expect(await text({ basis: 'orders', amount: '1' })).toContain('Noch 1 Bestellung bis zur Stufe Gold')
  expect(await text({ basis: 'orders', amount: '3' })).toContain('Noch 3 Bestellungen bis zur Stufe Gold')
  expect(await text({ basis: 'points', amount: '1500' })).toContain('Noch 1.500 Punkte bis zur Stufe Gold')
  expect(await text({ basis: 'spend', amount: '0.5' }, 'en')).toContain('Spend €0.50 more to reach Gold')
  expect(await balance({ membership: next({ basis: 'orders', amount: '3' }) })).not.toContain(
    'stammgast-tier" max',
  )
  const top = { ...member, nextTier: null }
  expect(await balanceText({ membership: top })).toContain('Sie haben die höchste Stufe erreicht.')
})

test('a reward within reach is told as such', async () => {
  const rich = { ...member, nextReward: { name: { de: '5 € Rabatt' }, cost: 500, missing: 0 } }
  expect(await balanceText({ membership: rich })).toContain('„5 € Rabatt“ können Sie jetzt einlösen. 100 %')
})

test('long and hostile names are shown as text, once escaped', async () => {
  const name = `<img src=x onerror=alert(1)> & ${'Donaudampfschifffahrt'.repeat(5)}`
  const nasty = {
    ...member,
    tier: { id: 'x', name: { de: name } },
    nextReward: { name: { de: name }, cost: 10, missing: 3 },
    pointName: { de: { one: '<b>P</b>', many: '<b>P</b>' }, en: { one: 'p', many: 'p' } },
  }
  const html = await balance({ membership: nasty })
  expect(html).not.toMatch(/<img|<b>/)
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; Donau')
  expect(html).not.toContain('&amp;lt;')
  const doubled = { ...program, pointName: nasty.pointName, campaigns: [campaign({ name: { de: name } })] }
  const product = await renderBlock({ handle: 'product-points', context: page({ program: doubled }) })
  expect(product).not.toMatch(/<img|<b>/)
  expect(product).toContain('<strong>99 &lt;b&gt;P&lt;/b&gt;</strong>')
  const launcher = await renderBlock({ handle: 'panel', context: page({ membership: nasty }) })
  expect(launcher).not.toMatch(/<img|<b>/)
})

test('the merchant can leave out progress and link', async () => {
  const bare = await balance({ membership: member }, { show_progress: false, rewards_link: false })
  expect(bare).not.toMatch(/<progress|href/)
})

const campaign = (changes: object = {}) => ({
  id: 'double',
  name: { de: 'Doppelte Punkte', en: 'Double points' },
  multiplier: '2',
  scope: { kind: 'all' },
  tiers: [],
  startsAt: null,
  endsAt: null,
  ...changes,
})

test('a product tells what it earns, to members and to guests', async () => {
  expect(await productText({ membership: member })).toBe('Sie erhalten 49 Punkte mit diesem Artikel')
  expect(await productText({ membership: member, locale: 'en' })).toBe('You earn 49 points with this item')
  expect(await productText({})).toContain('Als Mitglied erhalten Sie 49 Punkte mit diesem Artikel')
  expect(await productText({ price: 99 })).toBe('')
})

test('W13: a guest reads at the product that the points wait, a member does not', async () => {
  expect(await productText({})).toContain(
    'Kaufen Sie als Gast, warten die Punkte unter Ihrer E-Mail-Adresse, bis Sie Mitglied werden.',
  )
  expect(await productText({ locale: 'en' })).toContain(
    'If you buy as a guest, the points wait under your e-mail address until you join.',
  )
  expect(await productText({ membership: member })).not.toContain('Gast')
  expect(await productText({ price: 99 })).toBe('')
})

test.each([
  ['index', false],
  ['product', true],
  ['cart', true],
  ['customers/account', true],
  ['customers/order', true],
])(
  'W27: on a page of the kind %s the button stands below the content on a phone: %s',
  async (name, below) => {
    const launcher = await renderBlock({ handle: 'panel', context: page({ page: name }) })
    expect(launcher.includes('stammgast-launcher--in-flow')).toBe(below)
  },
)

test('W20: the panel knows whether the cart is empty, and what is said of a code then', async () => {
  const config = async (cartPieces: number) => {
    const html = await renderBlock({
      handle: 'panel',
      context: { ...page({ membership: member }), cartPieces },
    })
    return JSON.parse(/data-stammgast-config>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '')
  }
  expect(await config(0)).toMatchObject({
    empty: true,
    text: { empty_cart: expect.stringContaining('bleibt hier') },
  })
  expect((await config(2)).empty).toBe(false)
})

test('nothing is promised for gift cards, in a foreign currency or without a program', async () => {
  expect(await productText({ product: { giftCard: true } })).toBe('')
  // R12: no number, but why there is none.
  expect(await productText({ currency: 'USD' })).toBe(
    'Punkte werden in EUR berechnet. Wie viele es sind, steht fest, sobald Sie bestellt haben.',
  )
  expect(await productText({ currency: 'USD', program: { ...program, pointsPerUnit: '0' } })).toBe('')
  expect(await productText({ program: null })).toBe('')
})

test('a campaign counts from its first second until just before its last', async () => {
  const running = campaign({ startsAt: 1_790_000_000, endsAt: 1_790_086_400 })
  const at = (seconds: number) =>
    productText({ membership: member, program: { ...program, campaigns: [running] }, now: seconds * 1000 })
  expect(await at(1_789_999_999)).toBe('Sie erhalten 49 Punkte mit diesem Artikel')
  expect(await at(1_790_000_000)).toBe('Sie erhalten 99 Punkte mit diesem Artikel Doppelte Punkte')
  expect(await at(1_790_086_399)).toBe('Sie erhalten 99 Punkte mit diesem Artikel Doppelte Punkte')
  expect(await at(1_790_086_400)).toBe('Sie erhalten 49 Punkte mit diesem Artikel')
})

test.each([
  [{ kind: 'products', ids: ['7500000000001'] }, true],
  [{ kind: 'products', ids: ['750000000000'] }, false],
  [{ kind: 'collections', ids: ['9', '302'] }, true],
  [{ kind: 'collections', ids: ['30'] }, false],
  [{ kind: 'tags', tags: ['regional'] }, true],
  [{ kind: 'tags', tags: ['reg'] }, false],
])('scope %o covers the product: %s', async (scope, covered) => {
  const text = await productText({ program: { ...program, campaigns: [campaign({ scope })] } })
  expect(text.includes('Doppelte Punkte')).toBe(covered)
})

test('a campaign for some tiers is for their members only', async () => {
  const forGold = { ...program, campaigns: [campaign({ tiers: ['gold'] })] }
  const gold = { ...member, tier: { id: 'gold', name: { de: 'Gold' } } }
  expect(await productText({ program: forGold })).not.toContain('Doppelte')
  expect(await productText({ program: forGold, membership: member })).not.toContain('Doppelte')
  // 49.90 × 2 × 1.5
  expect(await productText({ program: forGold, membership: gold })).toContain('149 Punkte')
})

test.each([
  ['highest', '149 Punkte', 'Dreifache Punkte'],
  ['multiply', '299 Punkte', 'Doppelte Punkte Dreifache Punkte'],
  ['add', '199 Punkte', 'Doppelte Punkte Dreifache Punkte'],
])('stacking %s gives %s', async (stacking, points, badges) => {
  const triple = campaign({ id: 'triple', name: { de: 'Dreifache Punkte' }, multiplier: '3' })
  const text = await productText({ program: { ...program, stacking, campaigns: [campaign(), triple] } })
  expect(text).toContain(`Als Mitglied erhalten Sie ${points} mit diesem Artikel ${badges}`)
})

test('the head names each style and script once, the product block only on product pages', async () => {
  const head = await renderBlocks({ ...page(), target: 'head' })
  expect(head.match(/stammgast\.css/g)).toHaveLength(1)
  expect(head.match(/<script /g)).toHaveLength(1)
  expect(await renderBlocks({ ...page({ page: 'index' }), target: 'section' })).not.toContain(
    'stammgast-earn',
  )
  expect(await renderBlocks({ ...page(), target: 'section', block: 'balance' })).not.toContain(
    'stammgast-earn',
  )
  await expect(renderBlock({ handle: 'nothing', context: page() })).rejects.toThrow(
    'only balance, panel, product-points',
  )
})

test('the panel’s texts are whole JSON in both languages, nothing missing or escaped', async () => {
  for (const locale of ['de', 'en'] as const) {
    const html = await renderBlock({ handle: 'panel', context: page({ locale }) })
    const json = /<script type="application\/json"[^>]*>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? ''
    const { text } = JSON.parse(json) as { text: Record<string, string> }
    expect(Object.keys(text).length).toBeGreaterThan(40)
    for (const value of Object.values(text)) expect(value).not.toMatch(/missing:|&\w+;|{{/)
  }
})

test('text on the launcher’s colour is black or white, whichever reads better', async () => {
  const accent = async (color: string) =>
    renderBlock({ handle: 'panel', context: page(), settings: { accent: color, position: 'left' } })
  expect(await accent('#ffe08a')).toContain('--stammgast-on-accent: #000000')
  expect(await accent('#24524a')).toContain('--stammgast-on-accent: #ffffff')
  expect(await accent('#24524a')).toContain('stammgast-launcher--left')
})

const assets = (ending: string) =>
  readdirSync(new URL('assets/', directory))
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(new URL(`assets/${name}`, directory)))

test('all script is within 10 KB gzip, all style too, no script above 10,000 bytes', () => {
  const gzip = (files: Buffer[]) => gzipSync(Buffer.concat(files), { level: 9 }).length
  expect(gzip(assets('.js'))).toBeLessThanOrEqual(10_240)
  expect(gzip(assets('.css'))).toBeLessThanOrEqual(10_240)
  for (const file of assets('.js')) expect(file.length).toBeLessThanOrEqual(10_000)
  // What a page loads before anybody clicks.
  expect(gzip([readFileSync(new URL('assets/launcher.js', directory))])).toBeLessThanOrEqual(1024)
})

test('both languages have the same texts', () => {
  const keys = (name: string) => {
    const walk = (value: object, path: string): string[] =>
      Object.entries(value).flatMap(([key, own]) =>
        typeof own === 'object' ? walk(own, `${path}${key}.`) : [`${path}${key}`],
      )
    return walk(JSON.parse(readFileSync(new URL(`locales/${name}`, directory), 'utf8')), '')
  }
  expect(keys('de.json')).toEqual(keys('en.default.json'))
  expect(keys('de.schema.json')).toEqual(keys('en.default.schema.json'))
})

test('assets are served with type and version, and nothing beside them', async () => {
  const address = /src="([^"]+)"/.exec(blockAssets(page()))?.[1] ?? ''
  const routes = themeAssetRoutes()
  const script = await routes.request(address)
  expect(script.headers.get('content-type')).toContain('text/javascript')
  expect(script.headers.get('cache-control')).toContain('immutable')
  const old = await routes.request(address.replace(/[0-9a-f]{12}/, '000000000000'))
  expect(old.headers.get('cache-control')).toBe('no-cache')
  for (const file of ['missing.js', '..%2Fshopify.extension.toml', '%2e%2e%2fblocks%2fpanel.liquid']) {
    expect((await routes.request(`/extensions/points-widget/1/assets/${file}`)).status).toBe(404)
  }
})

test('an app’s metafield is seen by the storefront only if its definition says so', () => {
  const store = new Store({ directory: ':memory:' })
  const { shop, customer } = page({ membership: member })
  if (!customer) throw new Error('the sample has a customer')
  store.shop = shop
  store.customers.put(customer)
  store.metafields.put(metafield('$app:stammgast', 'membership', member))
  const facts = { customerId: customer.id, productId: null, locale: 'de' as const, page: 'index' }
  expect(themeContext(store, facts).customer?.metafields).toEqual([])
  const definition = (storefront: string) => ({
    id: 1,
    ownerType: 'CUSTOMER' as const,
    namespace: resolveNamespace('$app:stammgast'),
    key: 'membership',
    name: 'Membership',
    description: null,
    type: 'json',
    access: { admin: null, storefront, customerAccount: 'READ' },
  })
  store.metafieldDefinitions.put(definition('NONE'))
  expect(themeContext(store, facts).customer?.metafields).toEqual([])
  store.metafieldDefinitions.put(definition('PUBLIC_READ'))
  expect(themeContext(store, facts).customer?.metafields).toHaveLength(1)
  expect(themeContext(store, { ...facts, customerId: null }).customer).toBeNull()
  store.close()
})

test('values put into a text are escaped once, whatever the key', async () => {
  const context = page({ membership: { ...member, tier: { id: 'x', name: { de: 'A & B' } } } })
  expect(await renderBlock({ handle: 'balance', context })).toContain('Stufe A &amp; B<')
})

test.each([
  [
    'there is no program',
    { v: 1, book: 8 },
    '0 Punkte verfügbar Das Treueprogramm ist noch nicht gestartet.',
  ],
  ['nothing is known of a program', null, '0 Punkte verfügbar Das Treueprogramm ist noch nicht gestartet.'],
  ['the program is another book’s', { ...program, book: 8 }, '0 Punkte verfügbar Ihr nächster Einkauf'],
])('owner 2: what an erased book has left at a customer is not shown where %s', async (_, facts, shown) => {
  const sample = { membership: { ...member, book: 7 }, program: facts }
  const text = await balanceText(sample)
  expect(text).toContain(shown)
  expect(text).not.toMatch(/1\.240|Silber|Prämie „/)
  const launcher = await renderBlock({ handle: 'panel', context: page(sample) })
  expect(launcher).not.toContain('1.240')
  if (!facts || !('rewards' in facts)) expect(await productText(sample)).toBe('')
})

test.each([
  ['a member of a version that named one', { ...member, book: 8 }],
  ['a member of one that did not', member],
])('while the program names no book yet, %s is shown', async (_, membership) => {
  const sample = { membership, program }
  expect(await balanceText(sample)).toContain('1.240 Punkte verfügbar')
  expect(await renderBlock({ handle: 'panel', context: page(sample) })).toContain('1.240')
})

test('owner 2: a book’s own members are shown beside its program', async () => {
  const sample = { membership: { ...member, book: 8 }, program: { ...program, book: 8 } }
  expect(await balanceText(sample)).toContain('1.240 Punkte verfügbar')
  expect(await renderBlock({ handle: 'panel', context: page(sample) })).toContain('1.240')
})
