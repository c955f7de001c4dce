/** What the tests of the till's extension share: the app's answers, real translations, a till that moves. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createStorage } from '@shopify/ui-extensions-tester/point-of-sale'
import { render } from 'preact'
import { vi } from 'vitest'
import { createI18n, type Translations } from '../../dev-store/ui-host/translate.ts'

export const EXTENSION = join(process.cwd(), 'extensions/points-till')
export type Locale = 'de' | 'en'

export function translationsOf(locale: Locale): Translations {
  const file = locale === 'en' ? 'en.default.json' : `${locale}.json`
  return JSON.parse(readFileSync(join(EXTENSION, 'locales', file), 'utf8'))
}

/** A signal as Preact's are: `subscribe` tells what it holds, and then what changes. The tester's never change. */
export function live<T>(first: T) {
  const listeners = new Set<(value: T) => void>()
  const signal = {
    value: first,
    listeners,
    set(value: T) {
      signal.value = value
      for (const listener of [...listeners]) listener(value)
    },
    subscribe(listener: (value: T) => void) {
      listeners.add(listener)
      listener(signal.value)
      return () => void listeners.delete(listener)
    },
  }
  return signal
}

export interface Call {
  method: string
  path: string
  query: URLSearchParams
  // biome-ignore lint/suspicious/noExplicitAny: read by tests that know its shape
  body: any
}
export type Answer = { status?: number; json?: unknown } | 'down'

/** The app by path; addresses are relative, as POS resolves them. */
export function appAnswering(answer: (call: Call) => Answer) {
  const calls: Call[] = []
  const fetch = vi.fn(async (input: RequestInfo | URL, init: RequestInit = {}) => {
    const url = new URL(String(input), 'https://app.example.test')
    const call = {
      method: init.method ?? 'GET',
      path: url.pathname.replace('/api/till/v1', ''),
      query: url.searchParams,
      body: init.body ? JSON.parse(String(init.body)) : undefined,
    }
    calls.push(call)
    const answered = answer(call)
    if (answered === 'down') throw new TypeError('Failed to fetch')
    return new Response(JSON.stringify(answered.json ?? {}), { status: answered.status ?? 200 })
  })
  return { fetch: fetch as unknown as typeof globalThis.fetch, calls }
}

export const refused = (code: string, status = 409): Answer => ({
  status,
  json: { error: { code, message: 'x' } },
})

export const BALANCE = { available: 1250, pending: 49, debt: 0, nextReward: null }
export const FIVE = {
  id: 'five',
  name: '5 € Rabatt',
  description: '5 € auf den Einkauf',
  cost: 500,
  affordable: true,
  missing: 0,
  available: true,
  reason: null,
  why: null,
}
export const CODE = {
  id: '31',
  rewardId: 'five',
  code: 'ST-7KQM2-XW9RT',
  toShow: null,
  given: null,
  rewardName: '5 € Rabatt',
  cost: 500,
  validUntil: '2026-12-30',
  status: 'ready',
  orderName: null,
}
export const MARA = {
  customerId: '7',
  name: 'Mara Beispiel',
  card: 'SG1.7.80',
  member: BALANCE,
  rewards: [FIVE],
  codes: [] as unknown[],
  pointName: { de: { one: 'Punkt', many: 'Punkte' }, en: { one: 'point', many: 'points' } },
}

/** Puts a till under the extension: language, place, network, cart, scanner. @returns what the test moves and looks at */
export function tillOf(
  // biome-ignore lint/suspicious/noExplicitAny: the tester's types leave out what POS has
  shopify: any,
  { locale = 'de' as Locale, customer = undefined as number | undefined } = {},
) {
  const cart = live<{ customer?: { id: number } | undefined }>({
    customer: customer === undefined ? undefined : { id: customer },
  })
  const scanned = live<{ data?: string; source?: string }>({})
  const network = live({ internetConnected: 'Connected' })
  const sources = live(['camera', 'external'])
  const parts = {
    i18n: createI18n(translationsOf(locale), locale, 'EUR', 'Europe/Berlin'),
    locale: { current: live(locale === 'de' ? 'de-DE' : 'en-GB') },
    session: { currentSession: { locationId: 4, userId: 42 } },
    connectivity: { current: network },
    storage: createStorage({}),
    action: { presentModal: vi.fn() },
    toast: { show: vi.fn() },
    cart: {
      current: cart,
      setCustomer: vi.fn(async (one: { id: number }) => cart.set({ customer: one })),
      addCartCodeDiscount: vi.fn(async () => {}),
    },
    scanner: {
      scannerData: { current: scanned },
      sources: { current: sources },
      showCameraScanner: vi.fn(),
      hideCameraScanner: vi.fn(),
    },
  }
  // The tester knows which target has what: the others get none of it.
  for (const [name, part] of Object.entries(parts)) if (name in shopify) shopify[name] = part
  return { cart, scanned, network, sources, shopify }
}

/** What one reads, in order. */
export function shown(): string[] {
  const texts: string[] = []
  for (const element of document.body.querySelectorAll(
    's-heading, s-text, s-badge, s-button, s-banner, s-tile, s-section, s-pos-block, s-page',
  )) {
    const heading = [element.getAttribute('heading'), element.getAttribute('subheading')]
    const own = element.children.length === 0 ? element.textContent : null
    for (const text of [...heading, own]) if (text) texts.push(text.replaceAll(/\s/g, ' '))
  }
  return texts
}

export function press(text: string): void {
  const button = [...document.body.querySelectorAll('s-button')].find(
    (one) => one.textContent?.replaceAll(/\s/g, ' ') === text,
  )
  if (!button) throw new Error(`No button "${text}" among ${shown().join(' | ')}`)
  button.dispatchEvent(new Event('click', { bubbles: true }))
}

/** Types into the one field of this kind. */
export async function type(tag: string, value: string, event = 'input'): Promise<void> {
  const field = document.body.querySelector(tag) as (Element & { value?: string }) | null
  if (!field) throw new Error(`No ${tag}`)
  field.value = value
  field.dispatchEvent(new Event(event, { bubbles: true }))
  await settled()
}

/** Until what was drawn has subscribed to what it follows. */
export const settled = () => new Promise((done) => setTimeout(done, 60))

export function unmount(): void {
  render(null, document.body)
}
