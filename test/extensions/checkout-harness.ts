/** What the checkout extension's tests share: the app's answers, real translations, working signals. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Signal } from '@preact/signals'
import { createCartLine } from '@shopify/ui-extensions-tester/checkout'
import { render } from 'preact'
import { expect, vi } from 'vitest'
import { type HostSignal, type SignalClass, Signals } from '../../dev-store/ui-host/browser/signals.ts'
import { createI18n, type Translations } from '../../dev-store/ui-host/translate.ts'

export const EXTENSION = join(process.cwd(), 'extensions/points-checkout')
export type Locale = 'de' | 'en'

export function translationsOf(locale: Locale): Translations {
  const file = locale === 'en' ? 'en.default.json' : `${locale}.json`
  return JSON.parse(readFileSync(join(EXTENSION, 'locales', file), 'utf8'))
}

const APP_URL = 'https://app.example.test'
// Shopify CLI bakes it in; an address with a slash at the end works too.
process.env.APP_URL = `${APP_URL}/`

export const POINT_NAME = {
  de: { one: 'Punkt', many: 'Punkte' },
  en: { one: 'point', many: 'points' },
}

interface Speaking {
  i18n: unknown
  localization: { extensionLanguage: { value: { isoCode: string } } }
}

/** The tester's `translate` echoes keys; the tests read what a shopper reads. */
export function speak(shopify: Speaking, locale: Locale): void {
  shopify.localization.extensionLanguage.value = { isoCode: locale }
  shopify.i18n = createI18n(translationsOf(locale), locale, 'EUR', 'Europe/Berlin')
}

/** The tester leaves out the optional `buyerIdentity`. */
export function signIn(shopify: object): void {
  const buyerIdentity = { customer: { value: { id: 'gid://shopify/Customer/7' } } }
  Object.defineProperty(shopify, 'buyerIdentity', { value: buyerIdentity, configurable: true })
}

/** The tester's signals never change; these do, as the host's do. */
export function liveSignal<T>(value: T): HostSignal<T> {
  const signals = new Signals()
  signals.use(Signal as unknown as SignalClass)
  return signals.create(value)
}

export interface Call {
  method: string
  path: string
  query: URLSearchParams
  authorization: string | null
  body: unknown
}
export type Answer = { status?: number; json?: unknown } | 'down'

/** A `fetch` that answers by path and remembers what it was asked. */
export function appAnswering(answer: (call: Call) => Answer) {
  const calls: Call[] = []
  const fetch = vi.fn(async (input: RequestInfo | URL, init: RequestInit = {}) => {
    const url = new URL(String(input))
    expect(url.origin).toBe(APP_URL)
    const call: Call = {
      method: init.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      authorization: new Headers(init.headers).get('authorization'),
      body: init.body ? JSON.parse(String(init.body)) : undefined,
    }
    calls.push(call)
    const { status = 200, json = {} } = unlessDown(answer(call))
    return new Response(JSON.stringify(json), { status })
  })
  return { fetch: fetch as unknown as typeof globalThis.fetch, calls }
}

function unlessDown(answer: Answer): Exclude<Answer, 'down'> {
  if (answer === 'down') throw new TypeError('Failed to fetch')
  return answer
}

export function cartLine(productId: number, amount: number, quantity = 1) {
  const line = createCartLine({ id: `gid://shopify/CartLine/${productId}`, quantity })
  return {
    ...line,
    cost: { totalAmount: { amount, currencyCode: 'EUR' as const } },
    merchandise: {
      ...line.merchandise,
      product: { ...line.merchandise.product, id: `gid://shopify/Product/${productId}` },
    },
  }
}

/** Readable text of the page, one line per element that holds text. */
export function shownText(): string[] {
  return [...document.body.querySelectorAll('s-text, s-heading, s-link')].map((element) =>
    (element.textContent ?? '').replaceAll(/\s/g, ' '),
  )
}

export function unmount(): void {
  render(null, document.body)
}
