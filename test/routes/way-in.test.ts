import { expect, test } from 'vitest'
import { wayIn } from '../../app/http/way-in.ts'

const ORIGIN = 'https://loyalty.example.com'
const OPENED = 'shop=kontor-lindental.myshopify.com&host=YWRtaW4&embedded=1&locale=de'
const PAGE = `${ORIGIN}/app/program?${OPENED}&id_token=a.b.c&hmac=00&timestamp=1`

test('a link that the browser follows by itself takes the shop along, and no token', () => {
  expect(wayIn('/app/program/tiers?copy=1', { referer: PAGE }, ORIGIN)).toBe(
    `/app/program/tiers?copy=1&${OPENED}`,
  )
  expect(wayIn('/app', { referer: PAGE }, ORIGIN)).toBe(`/app?${OPENED}`)
})

test.each([
  ['with a shop', '/app/members?shop=nobody.myshopify.com', PAGE],
  ['as data', '/app/members.data', PAGE],
  ['elsewhere', '/proxy/panel', PAGE],
  ['beside the admin', '/apple', PAGE],
  ['without a page before it', '/app/members', undefined],
  ['from a page that knows no shop', '/app/members', `${ORIGIN}/app/program`],
  [
    'from another site',
    '/app/members',
    PAGE.replace('loyalty.example.com', 'loyalty.example.com.nobody.example'),
  ],
  ['from the same site without encryption', '/app/members', PAGE.replace('https', 'http')],
  ['from no address', '/app/members', 'nonsense'],
])('what is asked for %s stays as it is', (_, target, referer) => {
  expect(wayIn(target, { referer }, ORIGIN)).toBeNull()
})
