/**
 * The till as Shopify POS is to extensions: a tile, a modal, a block of the customer who is on the cart, one after a
 * sale. The cart is the page's form; what a scanner would read is typed.
 */
import type { UiTillData } from '../page-data.ts'
import { createI18n } from '../translate.ts'
import { runExtension } from './run.ts'
import { type HostSignal, Signals } from './signals.ts'
import { TillCart } from './till-cart.ts'
import { defineTillElements } from './till-elements.ts'

const TILE = 'pos.home.tile.render'
const MODAL = 'pos.home.modal.render'
const CUSTOMER = 'pos.customer-details.block.render'
const CUSTOMER_MODAL = 'pos.customer-details.action.render'
const AFTER_SALE = 'pos.purchase.post.block.render'

const data = JSON.parse(document.getElementById('till-data')?.textContent ?? '') as UiTillData
const place = (name: string) => document.querySelector<HTMLElement>(`[data-till="${name}"]`)
const dialog = place('dialog') as HTMLDialogElement | null
const cart = place('form') ? new TillCart(place('form') as HTMLFormElement) : null

/** What extensions follow; each has signals of its own class, and all are told. */
const scans: HostSignal<{ data?: string; source?: string }>[] = []

/** POS resolves a path against the app's address and sends who is signed in along. */
async function tillFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const url = new URL(String(input), data.appUrl)
  const headers = new Headers(init.headers)
  if (url.origin === new URL(data.appUrl).origin) headers.set('Authorization', `Bearer ${await idToken()}`)
  return fetch(url, { ...init, headers })
}

async function idToken(): Promise<string> {
  const answer = await fetch('/admin/frame/id-token')
  return ((await answer.json()) as { token: string }).token
}

const storage = {
  set: async (key: string, value: unknown) => localStorage.setItem(`pos:${key}`, JSON.stringify(value)),
  get: async (key: string) => JSON.parse(localStorage.getItem(`pos:${key}`) ?? 'null') ?? undefined,
  delete: async (key: string) => {
    localStorage.removeItem(`pos:${key}`)
    return true
  },
  clear: async () => localStorage.clear(),
  entries: async () =>
    Object.entries(localStorage).flatMap(([key, value]) =>
      key.startsWith('pos:') ? [[key.slice(4), JSON.parse(value)]] : [],
    ),
}

function toast(text: string): void {
  const line = place('toast')
  if (line) line.textContent = text
}

interface Extension {
  handle: string
  targets: string[]
  translations: UiTillData['extensions'][number]['translations']
}

/** The `shopify` global of a target. */
function globalOf(extension: Extension, target: string): object {
  const signals = new Signals()
  const own = {
    setSignals: signals.use.bind(signals),
    extensionPoint: target,
    extension: { apiVersion: data.apiVersion, target },
    i18n: createI18n(extension.translations, data.locale, data.currency, data.timeZone),
    locale: { current: signals.create(data.locale === 'de' ? 'de-DE' : 'en-GB') },
    session: {
      currentSession: {
        shopId: data.shop.id,
        shopDomain: data.shop.domain,
        userId: data.staffId,
        locationId: 1,
        currency: data.currency,
      },
      getSessionToken: idToken,
    },
    connectivity: { current: signals.create({ internetConnected: 'Connected' }) },
    storage,
    toast: { show: toast },
  }
  const opens = target === CUSTOMER ? CUSTOMER_MODAL : MODAL
  const action = { presentModal: () => openModal(extension, opens) }
  if (target === AFTER_SALE) {
    const { customerId, ...order } = data.order ?? { customerId: null }
    return strict({ ...own, action, order: { ...order, ...(customerId !== null && { customerId }) } }, target)
  }
  const withCart = { ...own, cart: cart?.api(signals) }
  if (target === TILE) return strict({ ...withCart, action }, target)
  const customer = { id: cart?.customerId() }
  if (target === CUSTOMER) return strict({ ...withCart, action, customer }, target)
  const scanned = signals.create<{ data?: string; source?: string }>({})
  scans.push(scanned)
  const scanner = {
    scannerData: { current: scanned },
    sources: { current: signals.create(['camera', 'external']) },
    showCameraScanner: () => place('scanner')?.removeAttribute('hidden'),
    hideCameraScanner: () => place('scanner')?.setAttribute('hidden', ''),
  }
  return strict({ ...withCart, scanner, ...(target === CUSTOMER_MODAL && { customer }) }, target)
}

/** What a target does not have fails loudly: the types of POS let any name pass. */
function strict(shopify: object, target: string): object {
  return new Proxy(shopify, {
    get(object, key) {
      if (typeof key === 'string' && !(key in object) && key !== 'then')
        throw new Error(`POS has no shopify.${key} at ${target}`)
      return Reflect.get(object, key)
    },
  })
}

/** Draws a target anew in its place. */
async function draw(name: string, target: string, extensions: Extension[] = data.extensions): Promise<void> {
  const at = place(name)
  if (!at) return
  at.replaceChildren()
  for (const extension of extensions.filter(({ targets }) => targets.includes(target))) {
    const body = document.createElement('div')
    at.append(body)
    const script = `/practice/extensions/${extension.handle}/${target}.js`
    await runExtension(script, body, globalOf(extension, target), tillFetch)
  }
}

function openModal(extension: Extension, target: string): void {
  scans.length = 0
  dialog?.showModal()
  draw('modal', target, [extension]).catch(complain)
}

/** A broken extension leaves its place empty; the till goes on. */
const complain = (error: unknown) => console.error('An extension of the till:', error)

function listenForScans(): void {
  const form = place('scanner') as HTMLFormElement | null
  form?.addEventListener('submit', (event) => {
    event.preventDefault()
    const field = form.elements.namedItem('scan') as HTMLInputElement
    for (const scanned of scans) scanned.value = { data: field.value, source: 'camera' }
    field.value = ''
  })
}

defineTillElements()
listenForScans()
place('close')?.addEventListener('click', () => dialog?.close())
dialog?.addEventListener('close', () => {
  place('modal')?.replaceChildren()
  place('scanner')?.setAttribute('hidden', '')
})
draw('tile', TILE).catch(complain)
if (data.order) draw('after-sale', AFTER_SALE).catch(complain)
cart?.followCustomer((customerId) => {
  if (customerId === undefined) place('customer')?.replaceChildren()
  else draw('customer', CUSTOMER).catch(complain)
})
