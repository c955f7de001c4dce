// @vitest-environment happy-dom
import { setUpExtension } from '@shopify/ui-extensions-tester'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type Answer,
  appAnswering,
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

const THANK_YOU = 'purchase.thank-you.block.render'
const ORDER_STATUS = 'customer-account.order-status.block.render'
const MEMBER = { available: 120, pending: 49, held: 0, debt: 0, tier: null, nextTier: null }
const SIGNED_IN: Answer = { json: { member: MEMBER, pointName: POINT_NAME } }
const PENDING: Answer = { json: { points: 49, status: 'pending', availableAt: '2026-12-05T09:00:00Z' } }
const UNKNOWN: Answer = { json: { points: 0, status: 'unknown', availableAt: null } }

type Harness = ReturnType<typeof setUpExtension<typeof THANK_YOU | typeof ORDER_STATUS>>
let extension: Harness
afterEach(() => {
  unmount()
  extension[Symbol.dispose]()
})

/** `orders`: answers to /api/order-points in turn; the last one stays. */
function app(membership: Answer, ...orders: Answer[]) {
  const waiting = [...orders]
  const answering = appAnswering((call) => {
    if (call.path === '/api/membership') return membership
    return (waiting.length > 1 ? waiting.shift() : waiting[0]) ?? 'down'
  })
  extension.fetch = answering.fetch
  return answering
}

/** What Shopify tells of the order on the page. */
function bought(lines: ReturnType<typeof cartLine>[]) {
  const shopify = extension.shopify as unknown as {
    lines: { value: unknown }
    cost: { totalAmount: { value: unknown } }
  }
  shopify.lines.value = lines
  shopify.cost.totalAmount.value = { amount: 49.9, currencyCode: 'EUR' }
}

async function open(locale: Locale = 'de') {
  speak(extension.shopify, locale)
  await extension.render()
}

describe('on the thank-you page', () => {
  beforeEach(() => {
    extension = setUpExtension(THANK_YOU, { configSearchDir: EXTENSION }) as Harness
    const shopify = extension.shopify as { orderConfirmation: { value: unknown } }
    shopify.orderConfirmation.value = {
      order: { id: 'gid://shopify/OrderIdentity/6100' },
      isFirstOrder: false,
    }
  })

  test('earned points are pending until a date, in German', async () => {
    const { calls } = app(SIGNED_IN, PENDING)
    await open()
    await expect
      .poll(() => shownText())
      .toEqual([
        'Ihre Treuepunkte',
        'Mit dieser Bestellung haben Sie 49 Punkte gesammelt. Verfügbar ab 5. Dezember 2026.',
        'Neuer Punktestand: 120 Punkte, 49 Punkte vorgemerkt',
      ])
    expect(calls[0]).toMatchObject({ path: '/api/order-points', authorization: 'Bearer mock-session-token' })
    expect(calls[0]?.query.get('order')).toBe('gid://shopify/Order/6100')
  })

  test('earned points are pending until a date, in English', async () => {
    app(SIGNED_IN, PENDING)
    await open('en')
    await expect
      .poll(() => shownText())
      .toEqual([
        'Your loyalty points',
        'You earned 49 points with this order. Available from December 5, 2026.',
        'New balance: 120 points, 49 points pending',
      ])
  })

  test('available points need no date', async () => {
    app(
      { json: { member: { ...MEMBER, available: 169, pending: 0 }, pointName: POINT_NAME } },
      {
        json: { points: 49, status: 'available', availableAt: null },
      },
    )
    await open()
    await expect
      .poll(() => shownText())
      .toEqual([
        'Ihre Treuepunkte',
        'Mit dieser Bestellung haben Sie 49 Punkte gesammelt.',
        'Neuer Punktestand: 169 Punkte',
      ])
  })

  test('an order that is not settled yet is asked for again', async () => {
    const { calls } = app(SIGNED_IN, UNKNOWN, UNKNOWN, PENDING)
    await open()
    await expect.poll(() => shownText()).toContain('Ihre Punkte werden berechnet …')
    expect(document.body.querySelector('s-spinner')).not.toBeNull()
    await expect.poll(() => shownText().join(), { timeout: 5_000 }).toContain('haben Sie 49 Punkte gesammelt')
    expect(calls.filter((call) => call.path === '/api/order-points')).toHaveLength(3)
    expect(document.body.querySelector('s-spinner')).toBeNull()
  })

  test('asking ends, with a promise that is true', async () => {
    vi.useFakeTimers()
    try {
      const { calls } = app(SIGNED_IN, UNKNOWN)
      await open()
      await vi.advanceTimersByTimeAsync(60_000)
      expect(shownText()).toContain('Ihre Punkte werden in Kürze gutgeschrieben.')
      expect(calls.filter((call) => call.path === '/api/order-points')).toHaveLength(7)
    } finally {
      vi.useRealTimers()
    }
  })

  test('W13: a guest reads how many points wait, and how to get them', async () => {
    app({ json: { member: null, pointName: POINT_NAME } }, PENDING)
    await open()
    await expect
      .poll(() => shownText())
      .toContain(
        'Auf Sie warten 49 Punkte. Melden Sie sich mit der E-Mail-Adresse dieser Bestellung an oder legen Sie damit ein Kundenkonto an, dann werden sie Ihnen gutgeschrieben.',
      )
  })

  test.each([
    [
      'earns something is told that its points wait',
      { json: { points: 49 } },
      'The points of this order are waiting for you.',
    ],
    [
      'earns nothing is promised nothing',
      { json: { points: 0 } },
      'With a customer account you collect points for your orders.',
    ],
    [
      'cannot be reckoned is promised nothing',
      'down',
      'With a customer account you collect points for your orders.',
    ],
  ] as const)(
    'W13: a guest’s order, which the app keeps to itself, is asked for once; one that %s',
    async (_, preview, text) => {
      bought([cartLine(1, 49.9)])
      vi.useFakeTimers()
      try {
        const { calls } = app({ json: { member: null, pointName: POINT_NAME } }, UNKNOWN, preview)
        await open('en')
        await vi.advanceTimersByTimeAsync(60_000)
        expect(shownText().join()).toContain(text)
        expect(calls.filter((call) => call.path === '/api/order-points')).toHaveLength(1)
        expect(calls.find((call) => call.path === '/api/preview')?.body).toMatchObject({
          currency: 'EUR',
          lines: [{ productId: 'gid://shopify/Product/1', amount: '49.90' }],
        })
      } finally {
        vi.useRealTimers()
      }
    },
  )

  test('a signed-in buyer without a membership reads the points, not an invitation', async () => {
    signIn(extension.shopify)
    app({ json: { member: null, pointName: POINT_NAME } }, PENDING)
    await open('en')
    await expect
      .poll(() => shownText())
      .toEqual([
        'Your loyalty points',
        'You earned 49 points with this order. Available from December 5, 2026.',
      ])
  })

  test('an order without points says so', async () => {
    app(SIGNED_IN, { json: { points: 0, status: 'available', availableAt: null } })
    await open('en')
    await expect.poll(() => shownText()).toContain('This order earned no points.')
  })

  test('an order that is not paid yet is not said to have earned nothing', async () => {
    app(SIGNED_IN, { json: { points: 0, status: 'unpaid', availableAt: null } })
    await open('en')
    await expect
      .poll(() => shownText())
      .toContain('This order is not paid yet. The points it earns are added after the payment.')
    expect(shownText()).not.toContain('This order earned no points.')
  })

  test.each([
    [
      { points: 0, status: 'unpaid', availableAt: null },
      'de',
      'Punktestand: 120 Punkte, 49 Punkte vorgemerkt',
    ],
    [{ points: 0, status: 'available', availableAt: null }, 'en', 'Balance: 120 points, 49 points pending'],
  ] as const)(
    'owner 5: where an order has brought nothing, the balance is no new one: %o',
    async (order, locale, balance) => {
      app(SIGNED_IN, { json: order })
      await open(locale)
      await expect.poll(() => shownText().at(-1)).toBe(balance)
    },
  )

  test.each([['down'], [{ status: 401 }]] as const)(
    'nothing is shown when the app cannot be reached: %o',
    async (answer) => {
      const { calls } = app(answer, answer)
      await open()
      await expect.poll(() => calls.length).toBeGreaterThan(0)
      await expect.poll(() => document.body.querySelector('*')).toBeNull()
    },
  )
})

describe('on the order status page', () => {
  beforeEach(() => {
    extension = setUpExtension(ORDER_STATUS, { configSearchDir: EXTENSION }) as Harness
  })

  test.each([
    ['de', 'Neuer Punktestand: 120 Punkte, 49 Punkte vorgemerkt'],
    ['en', 'New balance: 120 points, 49 points pending'],
  ] as const)('shows the order’s points and the balance (%s)', async (locale, balance) => {
    const shopify = extension.shopify as { order: { value: unknown } }
    shopify.order.value = { id: 'gid://shopify/Order/77', name: '#1077' }
    const { calls } = app(SIGNED_IN, PENDING)
    await open(locale)
    await expect.poll(() => shownText()).toContain(balance)
    expect(calls[0]?.query.get('order')).toBe('gid://shopify/Order/77')
  })

  test('waits for the order', async () => {
    const order = liveSignal<{ id: string; name: string } | undefined>(undefined)
    ;(extension.shopify as { order: unknown }).order = order
    const { calls } = app(SIGNED_IN, PENDING)
    await open()
    expect(calls).toEqual([])
    order.value = { id: 'gid://shopify/Order/78', name: '#1078' }
    await expect.poll(() => shownText().join()).toContain('49 Punkte gesammelt')
  })
})
