import { beforeAll, describe, expect, test } from 'vitest'
import { loader as membership } from '../../app/routes/api.membership.ts'
import { loader as orderPoints } from '../../app/routes/api.order-points.ts'
import { action as preview } from '../../app/routes/api.preview.ts'
import { loader as tillMember } from '../../app/routes/api.till.v1.member.ts'
import { action as tillRedeem } from '../../app/routes/api.till.v1.redeem.ts'
import { mintIdToken } from '../../dev-store/admin-api/session-token.ts'
import { mintSessionToken } from '../../dev-store/ui-host/session-token.ts'
import { useDatabase } from '../database.ts'
import { useAdminPages } from '../support/admin-pages.ts'
import { adminToken, answerOf, bearerCall, extensionToken, KEY, SECRET } from '../support/shopper-requests.ts'

/** Every kind of session token, at every place that takes one. All are signed with the app's secret and valid now. */
const database = useDatabase()
const pages = useAdminPages()
const shop = pages.domain
const GID = 'gid://shopify/Customer/6001'

beforeAll(async () => {
  // The admin installs the shop.
  expect((await pages.open('/app/settings')).status).toBe(200)
})

const admin = (claims: Record<string, unknown> = {}) => adminToken(shop, claims)
const buyer = (claims: Record<string, unknown> = {}) => extensionToken({ shop, customer: '6001', claims })
const facts = { apiKey: KEY, apiSecret: SECRET }

type Case = [string, () => Promise<string> | string, Record<'admin' | 'extension', number>]
const TOKENS: Case[] = [
  ['the admin’s', () => admin(), { admin: 200, extension: 401 }],
  [
    'the practice store’s admin’s',
    () => mintIdToken(facts, shop, Date.now()),
    { admin: 200, extension: 401 },
  ],
  ['a buyer’s', () => buyer(), { admin: 401, extension: 200 }],
  ['an anonymous buyer’s', () => extensionToken({ shop }), { admin: 401, extension: 200 }],
  [
    'the practice store’s checkout’s',
    () => mintSessionToken({ ...facts, shopDomain: shop, customerId: 6001, now: Date.now() }),
    { admin: 401, extension: 200 },
  ],
  [
    'a customer account’s, with the scheme',
    () => buyer({ dest: `https://${shop}` }),
    { admin: 401, extension: 200 },
  ],
  [
    'one of a person of the staff, in the form of a buyer’s',
    () => buyer({ dest: `https://${shop}`, sub: '42' }),
    { admin: 401, extension: 401 },
  ],
  ['the admin’s with a customer as subject', () => admin({ sub: GID }), { admin: 401, extension: 401 }],
  [
    'the admin’s with a customer’s number in words',
    () => admin({ sub: 'staff 42' }),
    { admin: 401, extension: 401 },
  ],
  ['the admin’s with a number that is none', () => admin({ sub: 42 }), { admin: 401, extension: 401 }],
  ['the admin’s without a subject', () => admin({ sub: undefined }), { admin: 401, extension: 401 }],
  [
    'a buyer’s without a subject, with the scheme',
    () => buyer({ dest: `https://${shop}`, sub: undefined }),
    { admin: 401, extension: 200 },
  ],
  ['the admin’s without an issuer', () => admin({ iss: undefined }), { admin: 401, extension: 401 }],
  [
    'the admin’s, issued elsewhere',
    () => admin({ iss: 'https://other.myshopify.com/admin' }),
    { admin: 401, extension: 401 },
  ],
  [
    'the admin’s, issued by the storefront',
    () => admin({ iss: `https://${shop}` }),
    { admin: 401, extension: 401 },
  ],
  ...[{ exp: undefined }, { nbf: undefined }, { exp: 1e99 }, { exp: 4e9 }].flatMap((times): Case[] => [
    [`the admin’s for good: ${JSON.stringify(times)}`, () => admin(times), { admin: 401, extension: 401 }],
    [`a buyer’s for good: ${JSON.stringify(times)}`, () => buyer(times), { admin: 401, extension: 401 }],
  ]),
  ['one without a shop', () => admin({ dest: undefined }), { admin: 401, extension: 401 }],
  [
    'one whose shop has no scheme',
    () => admin({ dest: shop, iss: `${shop}/admin` }),
    { admin: 401, extension: 401 },
  ],
  [
    'one by plain HTTP',
    () => admin({ dest: `http://${shop}`, iss: `http://${shop}/admin` }),
    { admin: 401, extension: 401 },
  ],
  [
    'one of a shop elsewhere',
    () => admin({ dest: 'https://shop.example.com', iss: 'https://shop.example.com/admin' }),
    { admin: 401, extension: 401 },
  ],
  [
    'one of a shop that only ends like one',
    () => buyer({ dest: `evil.com/${shop}` }),
    { admin: 401, extension: 401 },
  ],
  ...[[`https://${shop}/admin`], [], { toString: 'x' }, 7, true, null, `https://${shop}/admin`].map(
    (iss): Case => [
      `a buyer’s, issued by ${JSON.stringify(iss)}`,
      () => buyer({ iss }),
      { admin: 401, extension: 401 },
    ],
  ),
  ...[[GID], { id: GID }, 6001, false].map(
    (sub): Case => [
      `a buyer’s with ${JSON.stringify(sub)} as subject`,
      () => buyer({ sub }),
      { admin: 401, extension: 401 },
    ],
  ),
  ['one of a list of shops', () => buyer({ dest: [shop] }), { admin: 401, extension: 401 }],
  ['one for another app', () => admin({ aud: 'other' }), { admin: 401, extension: 401 }],
  ['one for another app’s checkout', () => buyer({ aud: 'other' }), { admin: 401, extension: 401 }],
  ['one for several apps', () => buyer({ aud: [KEY, 'other'] }), { admin: 401, extension: 401 }],
]

const args = (request: Request) => ({ request, params: {}, context: {} }) as never
const cart = { currency: 'EUR', lines: [] }
const API = {
  membership: (token: string) => membership(args(bearerCall('/api/membership', token))),
  'order-points': (token: string) => orderPoints(args(bearerCall('/api/order-points?order=1', token))),
  preview: (token: string) => preview(args(bearerCall('/api/preview', token, { json: cart }))),
}

/** The till's token is the admin's: what Shopify signs for a person of the staff does not say where she is. */
const TILL = {
  member: (token: string) => tillMember(args(bearerCall('/api/till/v1/member?customer=6001', token))),
  redeem: (token: string) => tillRedeem(args(bearerCall('/api/till/v1/redeem', token, { json: {} }))),
}

describe('A6: a session token is taken where it was made for and nowhere else', () => {
  test.each(TOKENS)('%s token', async (_, mint, wanted) => {
    const token = await mint()
    const sent = await pages.send('/app/settings', { guideDismissed: true }, { token })
    expect(sent.status, 'the admin, sending').toBe(wanted.admin)
    const opened = await pages.open('/app/members', { token })
    // A token that is no token at all sends the page for a new one; the library's own business.
    expect(opened.status, 'the admin, opening a page').toBeOneOf(wanted.admin === 200 ? [200] : [401, 302])
    expect(opened.html).not.toContain('6001')
    for (const [name, ask] of Object.entries(API)) {
      const { status } = await answerOf(() => ask(token))
      // Without a program a preview is answered with 409: who asks is known by then.
      if (wanted.extension === 401) expect(status, name).toBe(401)
      else expect(status, name).toBeOneOf([200, 409])
    }
    for (const [name, ask] of Object.entries(TILL)) {
      const { status } = await answerOf(() => ask(token))
      // Nobody has this number; an empty wish is none: who asks is known by then.
      expect(status, `the till, ${name}`).toBe(
        wanted.admin === 200 ? { member: 404, redeem: 400 }[name] : 401,
      )
    }
    const { rows } = await database.owner().query('SELECT count(*)::int AS shops FROM shop')
    expect(rows).toEqual([{ shops: 1 }])
  })
})
