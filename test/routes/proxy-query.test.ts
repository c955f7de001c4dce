import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DECLARABLE, type ProxyParameter, readProxyQuery } from '../../app/requests/proxy-query.ts'
import { signedQuery as sentByPracticeStore } from '../../dev-store/pages/proxy-routes.ts'
import { macOf, SECRET, signedQuery, signedText } from '../support/shopper-requests.ts'

/**
 * The proxy signs `name=value`, sorted, joined by nothing, and the shopper's own parameters with it. Here a shopper adds
 * whatever helps, learns the signature, and splits the text anew in every way there is: whatever a route then accepts
 * still says the same shop, customer and time.
 */
const ADDED = ['logged_in_customer_id', 'path_prefix', 'shop', 'timestamp']
const OWN = Object.keys(DECLARABLE) as ProxyParameter[]
const NAMES = [...ADDED, ...OWN, 'locale']
const SHOP = 'kontor-lindental.myshopify.com'
/** Each set of parameters that a route may declare. */
const ROUTES = Array.from({ length: 2 ** OWN.length }, (_, set) => OWN.filter((_, n) => (set >> n) & 1))

/** What forgeries are made of: names, their beginnings and ends, values that fit, and what stands between. */
const piece = fc.oneof(
  fc.constantFrom(...NAMES, ...NAMES.map((name) => `${name}=`)),
  fc.constantFrom(...NAMES).chain((name) => fc.nat(name.length).map((at) => name.slice(at))),
  fc.constantFrom(
    '=',
    ',',
    '&',
    '',
    '7',
    '60',
    '1700000000',
    'de',
    'de-AT',
    SHOP,
    'other.myshopify.com',
    '/apps/a',
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
)
const text = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''))
const own = fc.array(fc.tuple(text, text), { maxLength: 4 })
const customer = fc.constantFrom(null, '7', '6001', '999999999999999999')

const factsOf = (query: URLSearchParams) => ADDED.map((name) => query.get(name))

/** Every query that is signed by this text: its splits before names that a route knows, each part in its place. */
function* splitsOf(signed: string): Generator<URLSearchParams> {
  const places = [...signed].flatMap((_, at) =>
    NAMES.some((name) => signed.startsWith(`${name}=`, at)) ? [at] : [],
  )
  if (places[0] !== 0 || places.length > 11) return
  for (let chosen = 0; chosen < 2 ** (places.length - 1); chosen++) {
    const cuts = places.filter((_, n) => n === 0 || (chosen >> (n - 1)) & 1)
    const query = new URLSearchParams()
    for (const [n, cut] of cuts.entries()) {
      const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(signed.slice(cut, cuts[n + 1])) ?? []
      query.append(name, value)
    }
    if (signedText(query) === signed) yield query
  }
}

const accepting = (query: URLSearchParams) =>
  ROUTES.filter((declared) => !('fault' in readProxyQuery(query, declared)))

describe('A1: a query that the proxy signed', () => {
  test('says one shop, one customer and one time, however it is split', () => {
    let accepted = 0
    fc.assert(
      fc.property(own, customer, (pairs, customerId) => {
        const sent = new URLSearchParams(pairs)
        for (const name of ADDED) sent.delete(name)
        const query = signedQuery({ shop: SHOP, customer: customerId, timestamp: 1_700_000_000 })
        for (const [name, value] of query) if (name !== 'signature') sent.append(name, value)
        const signature = macOf(signedText(sent)).toString('hex')
        for (const forged of splitsOf(signedText(sent))) {
          forged.append('signature', signature)
          if (accepting(forged).length === 0) continue
          accepted++
          expect(factsOf(forged)).toEqual(factsOf(sent))
        }
      }),
      { numRuns: 3_000 },
    )
    // The shopper who adds nothing is let in: it is not by refusing all that nothing was found.
    expect(accepted).toBeGreaterThan(100)
  })

  test('begins like no delivery and like no session token', () => {
    fc.assert(
      fc.property(own, customer, (pairs, customerId) => {
        const query = signedQuery({ shop: SHOP, customer: customerId })
        for (const [name, value] of pairs) query.append(name, value)
        expect(signedText(query).startsWith('{')).toBe(false)
        // A token's signed part has one point in it; the shop's name has two.
        expect(signedText(query).split('.').length).toBeGreaterThan(2)
      }),
    )
  })
})

test('A1: no shape takes an equals sign, a comma, a blank, or another parameter', () => {
  const good = signedQuery({
    shop: SHOP,
    customer: '6001',
    query: { locale: 'de-AT', after: '12', id: '34' },
  })
  expect(readProxyQuery(good, OWN)).toEqual({ shop: SHOP, customerId: '6001' })
  for (const name of [...good.keys()]) {
    const value = good.get(name) as string
    const swallowed = NAMES.flatMap((other) => [`${value}${other}=1`, `${other}=1${value}`])
    for (const bad of [
      `${value}=`,
      `=${value}`,
      `${value},${value}`,
      `${value} `,
      `${value}\n`,
      ` ${value}`,
      `${value}\0`,
      ...swallowed,
    ]) {
      const changed = new URLSearchParams(good)
      changed.set(name, bad)
      expect(readProxyQuery(changed, OWN), `${name}=${bad}`).toEqual({
        fault: `the parameter "${name}" is malformed`,
      })
    }
  }
})

test('A1: every parameter of Shopify’s is there once, and a route’s own at most once', () => {
  const good = signedQuery({ shop: SHOP, query: { locale: 'de', after: '12' } })
  expect(readProxyQuery(good, ['after'])).toEqual({ shop: SHOP, customerId: null })
  expect(readProxyQuery(good, [])).toEqual({ fault: 'this route has no parameter "after"' })
  for (const name of [...good.keys()]) {
    const twice = new URLSearchParams(good)
    twice.append(name, good.get(name) as string)
    expect(readProxyQuery(twice, ['after']), name).toEqual({
      fault: `the parameter "${name}" is there twice`,
    })
    const without = new URLSearchParams(good)
    without.delete(name)
    const optional = name === 'locale' || name === 'after'
    expect('fault' in readProxyQuery(without, ['after']), name).toBe(!optional)
  }
})

test('A1: the practice store’s proxy sends what is signed here', () => {
  const facts = { shop: SHOP, customerId: 6001, timestamp: 1_700_000_000 }
  const own = { locale: 'de', after: '12' }
  const theirs = sentByPracticeStore(new URLSearchParams(own), facts, SECRET)
  const ours = signedQuery({ shop: SHOP, customer: '6001', timestamp: facts.timestamp, query: own })
  expect([...theirs].sort()).toEqual([...ours].sort())
})
