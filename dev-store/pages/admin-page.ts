/** The merchant's pages of the practice store: shared frame, forms and messages. */
import type { Context } from 'hono'
import { type AdminLocale, type AdminSection, adminLayout, adminLocale } from '../admin-frame/layout.ts'
import { CommerceError, type CommerceErrorCode } from '../commerce/errors.ts'
import type { PracticeContext } from '../context.ts'
import type { FinancialStatus } from '../model.ts'
import type { Html } from './storefront-layout.ts'

export type { AdminLocale }
export { adminLocale }

export async function adminPage(
  context: PracticeContext,
  c: Context,
  page: { title: string; active: AdminSection; body: Html; status?: 200 | 404 | 422 },
): Promise<Response> {
  const document = adminLayout({
    title: page.title,
    active: page.active,
    locale: adminLocale(c.req.raw),
    shopName: context.store.shop.name,
    body: String(await page.body),
  })
  return c.html(document, page.status ?? 200)
}

const REFUSALS: Record<CommerceErrorCode, Record<AdminLocale, string>> = {
  'empty-cart': { de: 'Es fehlt mindestens ein Artikel.', en: 'At least one item is missing.' },
  'unknown-order': { de: 'Diese Bestellung gibt es nicht.', en: 'There is no such order.' },
  'unknown-line': { de: 'Diese Position gibt es nicht.', en: 'There is no such line.' },
  'quantity-too-large': {
    de: 'So viele Stück sind nicht mehr übrig.',
    en: 'There are not that many pieces left.',
  },
  'amount-too-large': {
    de: 'So viel Geld kann nicht mehr erstattet werden.',
    en: 'That much money can no longer be refunded.',
  },
  'nothing-to-refund': { de: 'Es gibt nichts zu erstatten.', en: 'There is nothing to refund.' },
  'already-paid': { de: 'Die Bestellung ist schon bezahlt.', en: 'The order is paid already.' },
  'already-cancelled': { de: 'Die Bestellung ist schon storniert.', en: 'The order is cancelled already.' },
  'not-deletable': {
    de: 'Bezahlte Bestellungen müssen erst storniert werden.',
    en: 'Paid orders must be cancelled first.',
  },
  'has-customer': {
    de: 'Die Bestellung gehört schon zu einem Kundenkonto.',
    en: 'The order belongs to a customer already.',
  },
  'no-customer': { de: 'Die Bestellung gehört zu keinem Kundenkonto.', en: 'The order has no customer.' },
  'unknown-customer': { de: 'Dieses Kundenkonto gibt es nicht.', en: 'There is no such customer.' },
  'dispute-open': { de: 'Es läuft schon eine Rückbuchung.', en: 'A chargeback is open already.' },
  'no-open-dispute': { de: 'Es läuft keine Rückbuchung.', en: 'No chargeback is open.' },
  'same-customer': {
    de: 'Ein Kundenkonto lässt sich nicht mit sich selbst zusammenführen.',
    en: 'A customer cannot be merged with itself.',
  },
  'has-orders': {
    de: 'Kundenkonten mit Bestellungen lassen sich nicht löschen.',
    en: 'Customers with orders cannot be deleted.',
  },
  'has-store-credit': {
    de: 'Wer Guthaben hat, kann nicht zusammengeführt werden.',
    en: 'Customers with store credit cannot be merged.',
  },
  'no-store-credit-account': {
    de: 'In dieser Währung gibt es kein Guthabenkonto.',
    en: 'There is no store credit account in this currency.',
  },
  'expiry-in-past': {
    de: 'Das Ablaufdatum muss in der Zukunft liegen.',
    en: 'The expiry date must be in the future.',
  },
  'amount-not-positive': {
    de: 'Der Betrag muss größer als null sein.',
    en: 'The amount must be greater than zero.',
  },
  'other-currency': {
    de: 'Das Guthabenkonto hat eine andere Währung.',
    en: 'The store credit account is in another currency.',
  },
  'unsupported-currency': {
    de: 'In dieser Währung verkauft der Laden nicht.',
    en: 'The shop does not sell in this currency.',
  },
  'credit-limit': {
    de: 'Ein Guthabenkonto fasst höchstens 15.000.',
    en: 'A store credit account holds 15,000 at most.',
  },
  'insufficient-funds': {
    de: 'So viel Guthaben ist nicht da.',
    en: 'There is not that much store credit.',
  },
}

export function refusalMessage(code: string, locale: AdminLocale): string {
  return REFUSALS[code as CommerceErrorCode]?.[locale] ?? code
}

/**
 * Runs a deed and goes back to `path`, with the reason in the address when the rules refused it. Amounts that
 * cannot be read count as too large.
 */
export function afterDeed(c: Context, path: string, deed: () => unknown): Response {
  try {
    deed()
    return c.redirect(path, 303)
  } catch (error) {
    if (error instanceof CommerceError) return c.redirect(`${path}?refused=${error.code}`, 303)
    if (error instanceof RangeError) return c.redirect(`${path}?refused=amount-too-large`, 303)
    throw error
  }
}

export function badge(status: FinancialStatus): string {
  if (status === 'paid') return 'badge good'
  if (status === 'refunded' || status === 'voided') return 'badge bad'
  return 'badge warn'
}
