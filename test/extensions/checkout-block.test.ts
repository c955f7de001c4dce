// @vitest-environment happy-dom
/// <reference types="@shopify/ui-extensions/purchase.checkout.block.render" />
import { setUpExtension } from '@shopify/ui-extensions-tester'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type Answer,
  appAnswering,
  type Call,
  cartLine,
  EXTENSION,
  type Locale,
  liveSignal,
  POINT_NAME,
  shownText,
  signIn,
  speak,
  unmount,
} from './checkout-harness.ts'

const TARGET = 'purchase.checkout.block.render'
const MEMBER = { available: 1250, pending: 49, held: 0, debt: 0, tier: null, nextTier: null }

let extension: ReturnType<typeof setUpExtension<typeof TARGET>>
beforeEach(() => {
  extension = setUpExtension(TARGET, { configSearchDir: EXTENSION })
  extension.shopify.lines.value = [cartLine(1, 49.9)]
  extension.shopify.cost.totalAmount.value = { amount: 49.9, currencyCode: 'EUR' }
  extension.shopify.shop.storefrontUrl = 'https://shop.example.test/'
})
afterEach(() => {
  unmount()
  extension[Symbol.dispose]()
})

/** Points as the app would count them: one per whole euro. */
function previewOf(call: Call): Answer {
  const { lines } = call.body as { lines: { amount: string }[] }
  const points = Math.floor(lines.reduce((sum, line) => sum + Number(line.amount), 0))
  return { json: { points, text: '' } }
}

function app(membership: Answer, preview: (call: Call) => Answer = previewOf) {
  const answering = appAnswering((call) => (call.path === '/api/preview' ? preview(call) : membership))
  extension.fetch = answering.fetch
  return answering
}

async function open(locale: Locale = 'de') {
  speak(extension.shopify, locale)
  await extension.render()
}

describe('a member at checkout', () => {
  test('reads balance and earned points in German', async () => {
    const { calls } = app({ json: { member: MEMBER, pointName: POINT_NAME } })
    await open()
    await expect
      .poll(() => shownText())
      .toEqual([
        'Ihre Treuepunkte',
        'Verfügbar: 1.250 Punkte',
        '49 Punkte noch vorgemerkt',
        'Mit dieser Bestellung sammeln Sie 49 Punkte.',
      ])
    expect(calls.map((call) => call.authorization)).toEqual([
      'Bearer mock-session-token',
      'Bearer mock-session-token',
    ])
    expect(calls.find((call) => call.path === '/api/membership')?.query.get('locale')).toBe('de')
    expect(calls.find((call) => call.path === '/api/preview')).toMatchObject({
      method: 'POST',
      body: {
        currency: 'EUR',
        lines: [{ productId: 'gid://shopify/Product/1', amount: '49.90' }],
        locale: 'de',
      },
    })
  })

  test('reads balance and earned points in English', async () => {
    app({ json: { member: MEMBER, pointName: POINT_NAME } })
    await open('en')
    await expect
      .poll(() => shownText())
      .toEqual([
        'Your loyalty points',
        'Balance: 1,250 points',
        '49 points still pending',
        'This order earns you 49 points.',
      ])
  })

  test('reads one point in the singular, with and without the program’s own word', async () => {
    app({ json: { member: { ...MEMBER, available: 1, pending: 0 } } }, () => ({ json: { points: 1 } }))
    await open()
    await expect.poll(() => shownText()).toContain('Mit dieser Bestellung sammeln Sie 1 Punkt.')
    unmount()
    const pointName = { de: { one: 'Stern', many: 'Sterne' }, en: { one: 'star', many: 'stars' } }
    app({ json: { member: { ...MEMBER, available: 1 }, pointName } })
    await open()
    await expect.poll(() => shownText()).toContain('Verfügbar: 1 Stern')
    expect(shownText()).toContain('Mit dieser Bestellung sammeln Sie 49 Sterne.')
  })

  test('sees the way to the next reward', async () => {
    const nextReward = { name: { de: '5 € Rabatt', en: '€5 off' }, cost: 500, missing: 380 }
    app({ json: { member: { ...MEMBER, available: 120, nextReward }, pointName: POINT_NAME } })
    await open()
    await expect.poll(() => shownText()).toContain('Noch 380 Punkte bis „5 € Rabatt“')
    const progress = document.body.querySelector('s-progress')
    expect([progress?.getAttribute('value'), progress?.getAttribute('max')]).toEqual(['120', '500'])
  })

  test('sees the earned points follow the cart, asked once after it has been still', async () => {
    const lines = liveSignal([cartLine(1, 49.9)])
    extension.shopify.lines = lines
    const { calls } = app({ json: { member: MEMBER, pointName: POINT_NAME } })
    await open()
    await expect.poll(() => shownText()).toContain('Mit dieser Bestellung sammeln Sie 49 Punkte.')
    lines.value = [cartLine(1, 99.8, 2)]
    await new Promise((resolve) => setTimeout(resolve, 50))
    lines.value = [cartLine(1, 99.8, 2), cartLine(2, 20)]
    await expect.poll(() => shownText()).toContain('Mit dieser Bestellung sammeln Sie 119 Punkte.')
    expect(calls.filter((call) => call.path === '/api/preview')).toHaveLength(2)
  })

  test('never sees the answer for an older cart', async () => {
    const lines = liveSignal([cartLine(1, 49.9)])
    extension.shopify.lines = lines
    let answerSlowly: (() => void) | undefined
    const slow = new Promise<void>((resolve) => {
      answerSlowly = resolve
    })
    const { fetch } = app({ json: { member: MEMBER, pointName: POINT_NAME } })
    let asked = 0
    extension.fetch = async (input, init) => {
      const first = String(input).endsWith('/api/preview') && asked++ === 0
      const response = fetch(input, init)
      if (first) await slow
      return response
    }
    await open()
    await expect.poll(() => asked).toBe(1)
    lines.value = [cartLine(1, 10)]
    await expect.poll(() => shownText()).toContain('Mit dieser Bestellung sammeln Sie 10 Punkte.')
    answerSlowly?.()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(shownText()).toContain('Mit dieser Bestellung sammeln Sie 10 Punkte.')
  })

  test('keeps the balance when only the preview fails', async () => {
    app({ json: { member: MEMBER, pointName: POINT_NAME } }, () => ({ status: 500 }))
    await open()
    await expect.poll(() => shownText()).toContain('Verfügbar: 1.250 Punkte')
    expect(shownText().join()).not.toContain('Mit dieser Bestellung')
  })
})

describe('W20: what a member can take off the order', () => {
  const CODES = [
    { id: '1', rewardId: 'five', code: 'SG-AAAA', rewardName: '5 € Rabatt', validUntil: '2026-12-05' },
    { id: '2', rewardId: 'ten', code: 'SG-BBBB', rewardName: '10 € Rabatt', validUntil: '2026-12-30' },
  ]
  const REWARDS = [{ id: 'five', name: '5 € Rabatt', description: '', cost: 500 }]
  const change = vi.fn()

  beforeEach(() => {
    change.mockReset().mockResolvedValue({ type: 'success' })
    Object.assign(extension.shopify, { applyDiscountCodeChange: change, discountCodes: liveSignal([]) })
    mayEnterCodes(true)
  })

  function mayEnterCodes(canUpdateDiscountCodes: boolean) {
    const { instructions } = extension.shopify
    instructions.value = { ...instructions.value, discounts: { canUpdateDiscountCodes } }
  }
  const buttons = () => [...document.body.querySelectorAll('s-button')]

  test.each([
    [
      'de',
      ['Ihre Codes', '5 € Rabatt, gültig bis 5. Dezember 2026', '10 € Rabatt, gültig bis 30. Dezember 2026'],
      ['Einlösbar: 5 € Rabatt (500 Punkte)', 'Im Shop einlösen'],
      'Im Shop eine von 2 Prämien einlösen',
      'Einlösen',
    ],
    [
      'en',
      [
        'Your codes',
        '5 € Rabatt, valid until December 5, 2026',
        '10 € Rabatt, valid until December 30, 2026',
      ],
      ['You can redeem: 5 € Rabatt (500 points)', 'Redeem in the shop'],
      'Redeem one of 2 rewards in the shop',
      'Apply',
    ],
  ] as const)(
    'W20: sees open codes and rewards in reach (%s)',
    async (locale, codes, rewards, several, apply) => {
      app({ json: { member: MEMBER, pointName: POINT_NAME, codes: CODES, rewards: REWARDS } })
      await open(locale)
      await expect.poll(() => shownText()).toEqual(expect.arrayContaining([...codes, ...rewards]))
      expect(buttons().map((button) => button.textContent)).toEqual([apply, apply])
      expect(document.body.querySelector('s-link')?.getAttribute('href')).toBe(
        'https://shop.example.test/cart#stammgast',
      )
      unmount()
      const more = [...REWARDS, { ...REWARDS[0], id: 'ten', name: '10 € Rabatt' }]
      app({ json: { member: MEMBER, pointName: POINT_NAME, codes: [], rewards: more } })
      await open(locale)
      await expect.poll(() => shownText()).toContain(several)
    },
  )

  test('owner 4: a reward in reach has the place of the way to the next one, before the app answers', async () => {
    signIn(extension.shopify)
    const place = () => document.body.querySelector('s-box[minblocksize]')?.getAttribute('minblocksize')
    extension.fetch = () => new Promise(() => {})
    await open()
    await expect.poll(place).toMatch(/^[0-9]+px$/)
    const waiting = place()
    unmount()
    const nextReward = { name: { de: '10 € Rabatt' }, cost: 5000, missing: 380 }
    const member = { ...MEMBER, nextReward }
    app({ json: { member, pointName: POINT_NAME, codes: [], rewards: REWARDS } })
    await open()
    await expect.poll(() => shownText()).toContain('Einlösbar: 5 € Rabatt (500 Punkte)')
    expect(place()).toBe(waiting)
    expect(document.body.querySelector('s-progress')).toBeNull()
    unmount()
    app({ json: { member, pointName: POINT_NAME, codes: [], rewards: [] } })
    await open()
    await expect.poll(() => shownText()).toContain('Noch 380 Punkte bis „10 € Rabatt“')
    expect(place()).toBe(waiting)
  })

  test('is not offered the reward whose code is on the order already: Shopify takes no second one', async () => {
    const entered = liveSignal<{ code: string }[]>([{ code: 'sg-aaaa' }])
    Object.assign(extension.shopify, { discountCodes: entered })
    const nextReward = { name: { de: '20 € Rabatt' }, cost: 2000, missing: 750 }
    const member = { ...MEMBER, nextReward }
    const ten = { id: 'ten', name: '10 € Rabatt', description: '', cost: 1000 }
    app({ json: { member, codes: CODES, rewards: [...REWARDS, ten] } })
    await open()
    await expect.poll(() => shownText()).toContain('Einlösbar: 10 € Rabatt (1.000 Punkte)')
    expect(shownText()).toContain('Im Shop einlösen')
    unmount()
    app({ json: { member, codes: CODES, rewards: REWARDS } })
    await open()
    await expect.poll(() => shownText()).toContain('Noch 750 Punkte bis „20 € Rabatt“')
    expect(shownText().join()).not.toContain('Einlösbar')
    // Taken off again it can be had.
    entered.value = []
    await expect.poll(() => shownText()).toContain('Einlösbar: 5 € Rabatt (500 Punkte)')
  })

  test('goods: the free article is put among the lines once, then its code is entered', async () => {
    const free = [{ ...CODES[0], variant: '7' }]
    const deeds: unknown[] = []
    const add = vi.fn(async (what: unknown) => {
      deeds.push(what)
      return { type: 'success' }
    })
    change.mockImplementation(async (what: unknown) => {
      deeds.push(what)
      return { type: 'success' }
    })
    const merchandiseId = 'gid://shopify/ProductVariant/7'
    const added = { type: 'addCartLine', merchandiseId, quantity: 1 }
    const entered = { type: 'addDiscountCode', code: 'SG-AAAA' }
    const line = cartLine(1, 10)
    const mug = { ...line, merchandise: { ...line.merchandise, id: merchandiseId } }
    const { instructions } = extension.shopify
    for (const [canAddCartLine, lines, expected] of [
      [true, [line], [added, entered]],
      [true, [line, mug], [entered]],
      [false, [line], [entered]],
    ] as const) {
      deeds.length = 0
      instructions.value = { ...instructions.value, lines: { ...instructions.value.lines, canAddCartLine } }
      Object.assign(extension.shopify, { applyCartLinesChange: add, lines: liveSignal(lines) })
      app({ json: { member: MEMBER, pointName: POINT_NAME, codes: free, rewards: [] } })
      await open()
      await expect.poll(() => buttons().length).toBe(1)
      buttons()[0]?.click()
      await expect.poll(() => deeds).toEqual(expected)
      unmount()
    }
    add.mockResolvedValue({ type: 'error', message: 'sold out' } as never)
  })

  test('W20: one click applies a code, and what is applied is said', async () => {
    const entered = liveSignal<{ code: string }[]>([])
    Object.assign(extension.shopify, { discountCodes: entered })
    change.mockImplementation(async ({ code }: { code: string }) => {
      entered.value = [{ code: code.toLowerCase() }]
      return { type: 'success' }
    })
    app({ json: { member: MEMBER, codes: CODES, rewards: [] } })
    await open()
    await expect.poll(() => buttons()).toHaveLength(2)
    buttons()[1]?.click()
    await expect.poll(() => shownText()).toContain('In dieser Bestellung eingelöst')
    expect(change.mock.calls).toEqual([[{ type: 'addDiscountCode', code: 'SG-BBBB' }]])
    expect(buttons()).toHaveLength(1)
  })

  test.each([
    ['refused', () => change.mockResolvedValue({ type: 'error', message: 'internal' })],
    ['not answered', () => change.mockRejectedValue(new TypeError('Failed to fetch'))],
  ])('W20: a code that is %s says so in the shopper’s words and can be tried again', async (_, prepare) => {
    prepare()
    app({ json: { member: MEMBER, codes: CODES.slice(0, 1), rewards: [] } })
    await open()
    await expect.poll(() => buttons()).toHaveLength(1)
    buttons()[0]?.click()
    await expect.poll(() => shownText().join()).toContain('Der Code SG-AAAA lässt sich hier nicht einlösen.')
    expect(shownText().join()).not.toContain('internal')
    await expect.poll(() => buttons()[0]?.hasAttribute('loading')).toBe(false)
  })

  test('W20: where the checkout takes no codes from extensions, the code is there to be typed', async () => {
    mayEnterCodes(false)
    app({ json: { member: MEMBER, codes: CODES.slice(0, 1), rewards: [] } })
    await open()
    await expect.poll(() => shownText()).toContain('Geben Sie bei der Zahlung diesen Code ein: SG-AAAA')
    expect(buttons()).toEqual([])
  })
})

describe('an anonymous buyer', () => {
  test.each([
    [
      'de',
      'Als Mitglied erhalten Sie 49 Punkte mit dieser Bestellung.',
      'Bestellen Sie als Gast, warten die Punkte unter Ihrer E-Mail-Adresse, bis Sie Mitglied werden.',
      'Zum Kundenkonto',
    ],
    [
      'en',
      'Members earn 49 points with this order.',
      'If you order as a guest, the points wait under your e-mail address until you join.',
      'Go to your account',
    ],
  ] as const)(
    'W13: is invited to join, and told that a guest’s points wait (%s)',
    async (locale, ...texts) => {
      app({ json: { member: null, pointName: POINT_NAME } })
      await open(locale)
      await expect.poll(() => shownText()).toEqual(texts)
      expect(document.body.querySelector('s-link')?.getAttribute('href')).toBe(
        'https://shop.example.test/account',
      )
    },
  )

  test('is not asked to sign in when already signed in, but unknown to the program', async () => {
    signIn(extension.shopify)
    app({ json: { member: null, pointName: POINT_NAME } })
    await open()
    await expect.poll(() => shownText()).toEqual(['Mit dieser Bestellung sammeln Sie 49 Punkte.'])
  })

  test('sees nothing when the order earns nothing', async () => {
    app({ json: { member: null, pointName: POINT_NAME } }, () => ({ json: { points: 0 } }))
    await open()
    await expect.poll(() => document.body.querySelector('*')).toBeNull()
  })
})

describe('when the app cannot be reached', () => {
  test.each([
    ['no network', 'down'],
    ['an error', { status: 503 }],
    ['nonsense', { json: { member: { available: 'many' } } }],
  ] as const)('nothing is shown and nothing is thrown: %s', async (_, answer) => {
    const { calls } = app(answer, () => answer)
    await open()
    await expect.poll(() => calls).toHaveLength(2)
    await expect.poll(() => document.body.querySelector('*')).toBeNull()
  })

  test('a lone preview is shown without guessing who the buyer is', async () => {
    app('down')
    await open()
    await expect.poll(() => shownText()).toEqual(['Diese Bestellung bringt 49 Punkte.'])
  })
})
