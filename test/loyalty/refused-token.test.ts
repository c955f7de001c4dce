import { Session } from '@shopify/shopify-api'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { shopify } from '../../app/shopify.server.ts'
import { expireTokens, issueToken } from '../../dev-store/admin-api/access-tokens.ts'
import { useDatabase } from '../database.ts'
import { usePracticeAdmin } from '../support/practice-admin.ts'

/** Shopify refuses an access token before its time: the practice store lets tokens expire as a developer asks it to. */
useDatabase()
const practice = usePracticeAdmin()
const { harness, domain } = practice
const QUESTION = 'query Shop { shop { name } }'
const ID = `offline_${domain}`

/** A token that lives an hour by what is stored, and that the shop takes. */
async function connect(change: Partial<Session> = {}) {
  const { token, refreshToken, scope } = issueToken(harness.store, 'offline', true)
  await shopify().sessionStorage.storeSession(
    new Session({
      id: ID,
      shop: domain,
      state: '',
      isOnline: false,
      scope,
      accessToken: token,
      expires: new Date(Date.now() + 3_600_000),
      refreshToken: refreshToken ?? undefined,
      refreshTokenExpires: new Date(Date.now() + 90 * 86_400_000),
      ...change,
    }),
  )
  return token
}
const kept = () => shopify().sessionStorage.loadSession(ID)
const renewals = () => practice.asked.filter((what) => what === 'renewal').length
const questions = () => practice.asked.filter((what) => what === 'Shop').length

/** Modules of their own, as another process has them; only the database is common. */
async function anotherProcess() {
  vi.resetModules()
  return import('../../app/shopify/shop-admin.ts')
}

let before = ''
beforeEach(async () => {
  before = await connect()
})

describe('R13: a job whose access token is refused', () => {
  test('R13: has it renewed once and goes on, also with what it asks later', async () => {
    const { shopAdmin } = await anotherProcess()
    const graphql = await shopAdmin(domain)
    await graphql(QUESTION)
    expireTokens(harness.store)
    expect((await (await graphql(QUESTION)).json()).data.shop.name).toBe(harness.store.shop.name)
    await graphql(QUESTION)
    expect([renewals(), questions()]).toEqual([1, 4])
    expect((await kept())?.accessToken).not.toBe(before)
  })

  test('R13: also when nothing was stored of when it expires', async () => {
    await connect({ expires: undefined })
    expireTokens(harness.store)
    const { shopAdmin } = await anotherProcess()
    await (await shopAdmin(domain))(QUESTION)
    expect([renewals(), questions()]).toEqual([1, 2])
    expect((await kept())?.expires?.getTime()).toBeGreaterThan(Date.now())
  })

  test('R13: also when the admin had thrown the token away', async () => {
    await connect({ accessToken: undefined })
    const { shopAdmin } = await anotherProcess()
    await (await shopAdmin(domain))(QUESTION)
    expect([renewals(), questions()]).toEqual([1, 1])
  })

  test('R13: two jobs in two processes renew it once, and both go on', async () => {
    const both = [await anotherProcess(), await anotherProcess()]
    const [one, other] = await Promise.all(both.map(({ shopAdmin }) => shopAdmin(domain)))
    expireTokens(harness.store)
    await Promise.all([one?.(QUESTION), other?.(QUESTION), one?.(QUESTION)])
    expect(renewals()).toBe(1)
    expect(questions()).toBe(6)
  })

  test('R13: a job that hears the refusal when another one has renewed long since takes the newer one', async () => {
    const both = [await anotherProcess(), await anotherProcess()]
    const [one, other] = await Promise.all(both.map(({ shopAdmin }) => shopAdmin(domain)))
    expireTokens(harness.store)
    await one?.(QUESTION)
    const newer = (await kept())?.accessToken
    await other?.(QUESTION)
    expect(renewals()).toBe(1)
    expect((await kept())?.accessToken).toBe(newer)
  })

  test('R13: a refused renewal ends the job in words; the next one asks for a renewal and nothing else', async () => {
    const { shopAdmin } = await anotherProcess()
    const graphql = await shopAdmin(domain)
    harness.store.installation = { ...harness.store.installation, tokens: [] }
    await expect(graphql(QUESTION)).rejects.toThrow(`did not renew the access token of ${domain}`)
    expect([renewals(), questions()]).toEqual([1, 1])
    await expect(shopAdmin(domain)).rejects.toThrow(`did not renew the access token of ${domain}`)
    expect([renewals(), questions()]).toEqual([2, 1])
    // The merchant opens the app, which gets another token.
    await connect()
    await (await shopAdmin(domain))(QUESTION)
    expect([renewals(), questions()]).toEqual([2, 2])
  })

  test('R13: what is refused with the new token, too, is not asked a third time', async () => {
    await harness.post('/practice/admin-api', { kind: 'expire-tokens' })
    const { shopAdmin } = await anotherProcess()
    const graphql = await shopAdmin(domain)
    await expect(graphql(QUESTION)).rejects.toMatchObject({ response: { code: 401 } })
    expect([renewals(), questions()]).toEqual([1, 2])
  })

  test('R13: a token that cannot be renewed is refused as it is, without a second question', async () => {
    await connect({ refreshToken: undefined, expires: undefined })
    expireTokens(harness.store)
    const { shopAdmin } = await anotherProcess()
    const graphql = await shopAdmin(domain)
    await expect(graphql(QUESTION)).rejects.toMatchObject({ response: { code: 401 } })
    expect([renewals(), questions()]).toEqual([0, 1])
  })
})
