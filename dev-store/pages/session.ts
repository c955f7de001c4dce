/** Who is shopping: one cookie names a session in the store, which holds the customer, the cart and the codes. */
import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { CartLine, Quote } from '../commerce/pricing.ts'
import type { PracticeContext } from '../context.ts'
import { quoteCart } from '../deeds/order-deeds.ts'
import type { Customer, Locale } from '../model.ts'
import type { Store } from '../store.ts'

const COOKIE = 'practice_session'

export interface ShopperSession {
  token: string
  customerId: number | null
  cart: { variantId: number; quantity: number }[]
  codes: string[]
}

/** The session of the request's cookie; an unsaved empty one if there is none. */
export function readSession(store: Store, c: Context): ShopperSession {
  const token = getCookie(c, COOKIE)
  const found = token ? store.document<ShopperSession>(`session:${token}`) : undefined
  return found ?? { token: randomUUID(), customerId: null, cart: [], codes: [] }
}

export function saveSession(store: Store, c: Context, session: ShopperSession): void {
  store.setDocument(`session:${session.token}`, session)
  setCookie(c, COOKIE, session.token, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    maxAge: 60 * 60 * 24 * 90,
  })
}

/** The signed-in customer, also after a merge. */
export function customerOf(store: Store, session: ShopperSession): Customer | null {
  return session.customerId === null ? null : (store.customer(session.customerId) ?? null)
}

export function customerIdOf(context: Pick<PracticeContext, 'store'>, c: Context): number | null {
  return customerOf(context.store, readSession(context.store, c))?.id ?? null
}

/** Cart lines with their goods; what is no longer sold is left out. */
export function cartLines(store: Store, cart: ShopperSession['cart']): CartLine[] {
  return cart.flatMap(({ variantId, quantity }) => {
    const product = store.products.find((one) => one.variants.some((variant) => variant.id === variantId))
    const variant = product?.variants.find((one) => one.id === variantId)
    return product && variant && product.status === 'active' ? [{ product, variant, quantity }] : []
  })
}

export function quoteSession(store: Store, session: ShopperSession, locale: Locale): Quote {
  const customer = customerOf(store, session)
  return quoteCart(store, cartLines(store, session.cart), session.codes, customer?.id ?? null, {
    shipped: true,
    locale,
  })
}

/** Adds pieces, at most 99 of one variant. */
export function addToCart(session: ShopperSession, variantId: number, quantity: number): ShopperSession {
  const present = session.cart.find((line) => line.variantId === variantId)
  const total = Math.min(99, (present?.quantity ?? 0) + quantity)
  return setQuantity(session, variantId, total)
}

/** 0 removes the line. */
export function setQuantity(session: ShopperSession, variantId: number, quantity: number): ShopperSession {
  const known = session.cart.some((line) => line.variantId === variantId)
  const cart = known
    ? session.cart.map((line) => (line.variantId === variantId ? { variantId, quantity } : line))
    : [...session.cart, { variantId, quantity }]
  return { ...session, cart: cart.filter((line) => line.quantity > 0) }
}
