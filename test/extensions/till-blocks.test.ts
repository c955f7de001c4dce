// @vitest-environment happy-dom
import { setUpExtension } from '@shopify/ui-extensions-tester'
import { afterEach, describe, expect, test } from 'vitest'
import {
  type Answer,
  appAnswering,
  type Call,
  EXTENSION,
  MARA,
  press,
  refused,
  settled,
  shown,
  tillOf,
  unmount,
} from './till-harness.ts'

/** The tile, the block of a customer, the block after a sale. */
type Target = Parameters<typeof setUpExtension>[0]
let close = () => {}
afterEach(() => {
  unmount()
  close()
})

async function open(
  target: Target,
  answer: (call: Call) => Answer,
  // biome-ignore lint/suspicious/noExplicitAny: each target has other parts
  prepare: (shopify: any) => void = () => {},
  options = {},
) {
  const extension = setUpExtension(target, { configSearchDir: EXTENSION })
  close = () => extension[Symbol.dispose]()
  const app = appAnswering(answer)
  extension.fetch = app.fetch
  const till = tillOf(extension.shopify, options)
  prepare(till.shopify)
  await extension.render()
  await settled()
  return { ...till, ...app, extension }
}

describe('the tile', () => {
  const TILE = 'pos.home.tile.render'

  test('follows the cart: nobody, a member, somebody whom the app cannot be asked about', async () => {
    let down = false
    const { cart, calls, shopify } = await open(TILE, () => (down ? 'down' : { json: MARA }))
    expect(shown()).toEqual(['Treuepunkte', 'Karte scannen oder suchen'])
    expect(calls).toEqual([])
    cart.set({ customer: { id: 7 } })
    await expect.poll(shown).toEqual(['Treuepunkte', '1.250 Punkte'])
    cart.set({ customer: undefined })
    await expect.poll(shown).toEqual(['Treuepunkte', 'Karte scannen oder suchen'])
    down = true
    cart.set({ customer: { id: 7 } })
    await expect.poll(() => shown()[1]).toMatch(/^Stand vom .+: 1\.250 Punkte$/)
    cart.set({ customer: { id: 8 } })
    await expect
      .poll(shown)
      .toEqual(['Treuepunkte', 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.'])
    document.querySelector('s-tile')?.dispatchEvent(new Event('click'))
    expect(shopify.action.presentModal).toHaveBeenCalledOnce()
  })
})

describe('the block of a customer', () => {
  const BLOCK = 'pos.customer-details.block.render'
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const ofMara = (shopify: any) => {
    shopify.customer = { id: 7 }
  }

  test('tells the balance in both languages and opens the modal', async () => {
    const { shopify } = await open(BLOCK, () => ({ json: MARA }), ofMara)
    await expect.poll(shown).toContain('Verfügbar: 1.250 Punkte')
    press('Treuepunkte')
    expect(shopify.action.presentModal).toHaveBeenCalledOnce()
    unmount()
    close()
    await open(BLOCK, () => ({ json: MARA }), ofMara, { locale: 'en' })
    await expect.poll(shown).toContain('Balance: 1,250 points')
  })

  test('without the app it tells the last balance with its time; names are not kept', async () => {
    const { shopify } = await open(BLOCK, () => ({ json: MARA }), ofMara)
    await expect.poll(shown).toContain('Verfügbar: 1.250 Punkte')
    const kept = JSON.stringify(await shopify.storage.entries())
    expect(kept).toMatch(/^\[\["balance:7",\{"points":1250,"at":\d+\}\]\]$/)
    unmount()
    close()
    await open(
      BLOCK,
      () => 'down',
      (later) => {
        ofMara(later)
        later.storage.set('balance:7', { points: 1250, at: Date.parse('2026-12-01T10:05:00Z') })
      },
    )
    await expect.poll(shown).toContain('Stand vom 01.12.2026, 11:05: 1.250 Punkte')
  })

  test('who may not use the app is told so', async () => {
    await open(BLOCK, () => refused('x', 401), ofMara)
    await expect.poll(() => shown().join()).toContain('darf die App Stammgast nicht benutzen')
  })
})

test('the customer’s own modal begins with her', async () => {
  const { calls } = await open(
    'pos.customer-details.action.render',
    () => ({ json: MARA }),
    (shopify) => {
      shopify.customer = { id: 7 }
    },
  )
  await expect.poll(shown).toContain('Verfügbar: 1.250 Punkte')
  expect(calls[0]?.query.get('customer')).toBe('7')
})

describe('after a sale', () => {
  const AFTER = 'pos.purchase.post.block.render'
  const sale = (order: object) => (shopify: { order: object }) => {
    shopify.order = { id: 5, name: '#1005', customerId: 7, ...order }
  }

  test.each<[string, object, string]>([
    [
      'available',
      { points: 40, status: 'available', availableAt: null },
      'Diese Bestellung hat 40 Punkte gebracht.',
    ],
    [
      'pending',
      { points: 1, status: 'pending', availableAt: '2026-12-15T10:00:00Z' },
      'Diese Bestellung hat 1 Punkt gebracht, verfügbar ab 15. Dezember 2026.',
    ],
    [
      'pending for now',
      { points: 40, status: 'pending', availableAt: null },
      'Diese Bestellung hat 40 Punkte gebracht, bald verfügbar.',
    ],
    ['unpaid', { points: 0, status: 'unpaid', availableAt: null }, 'Die Punkte kommen mit der Zahlung.'],
  ])('points that are %s', async (_, json, text) => {
    const { calls } = await open(AFTER, () => ({ json }), sale({}))
    await expect.poll(shown).toContain(text)
    expect(calls[0]?.query.toString()).toBe('order=5&customer=7&locale=de')
  })

  test('an order that the app does not know yet is asked for again', async () => {
    let asked = 0
    await open(
      AFTER,
      () => ({ json: { points: 40, status: asked++ ? 'available' : 'unknown', availableAt: null } }),
      sale({}),
    )
    await expect.poll(shown).toContain('Die Punkte werden berechnet …')
    await expect.poll(shown, { timeout: 5_000 }).toContain('Diese Bestellung hat 40 Punkte gebracht.')
  })

  test('without the app, and without a customer', async () => {
    await open(AFTER, () => 'down', sale({}))
    await expect
      .poll(shown)
      .toContain('Die Punkte lassen sich gerade nicht abrufen. Gutgeschrieben werden sie trotzdem.')
    unmount()
    close()
    const { calls } = await open(AFTER, () => 'down', sale({ customerId: undefined }))
    await expect.poll(shown).toContain('Ohne Kundin oder Kunden gibt es keine Punkte.')
    expect(calls).toEqual([])
  })
})
