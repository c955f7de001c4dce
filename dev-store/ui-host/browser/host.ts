/**
 * Starts the UI extensions of a page. Shopify runs each one in a worker with a document of its own; here each runs
 * in the page, with its mount point as `document.body` and nothing else of the page within reach.
 */
import { CHECKOUT_CHANGED, type UiCheckout, type UiTargetData } from '../page-data.ts'
import { defineElements } from './elements.ts'
import { createShopifyApi } from './shopify-api.ts'

/** The parameters are named shopify, document, globalThis, self, window and fetch: see `asHostModule`. */
type Start = (
  shopify: object,
  ownDocument: object,
  ownGlobals: object,
  ownSelf: object,
  ownWindow: object,
  ownFetch: typeof fetch,
) => () => unknown

/** What an extension's renderer needs of a document. */
const DOCUMENT_METHODS = [
  'createElement',
  'createElementNS',
  'createTextNode',
  'createComment',
  'createDocumentFragment',
  'addEventListener',
  'removeEventListener',
] as const

function documentOf(body: HTMLElement): object {
  const methods = DOCUMENT_METHODS.map((name) => [name, document[name].bind(document)] as const)
  return Object.freeze({ ...Object.fromEntries(methods), body })
}

function globalsOf(own: Record<string, unknown>): object {
  return new Proxy(own, {
    get: (target, key) => (key in target ? target[key as string] : Reflect.get(globalThis, key)),
  })
}

async function refuseFetch(): Promise<never> {
  throw new Error(
    'fetch() needs network_access = true in [extensions.capabilities] of shopify.extension.toml',
  )
}

async function mount(block: HTMLElement): Promise<void> {
  const data = JSON.parse(block.querySelector('script')?.textContent ?? '') as UiTargetData
  const body = document.createElement('div')
  block.append(body)
  const { shopify, update } = createShopifyApi(data)
  window.addEventListener(CHECKOUT_CHANGED, (event) => update((event as CustomEvent<UiCheckout>).detail))

  const ownFetch = data.networkAccess ? fetch.bind(globalThis) : refuseFetch
  const ownDocument = documentOf(body)
  const globals = globalsOf({ shopify, document: ownDocument, fetch: ownFetch })
  const { default: start } = (await import(data.scriptUrl)) as { default: Start }
  await start(shopify, ownDocument, globals, globals, globals, ownFetch)()
  block.dataset.started = ''
}

defineElements()
for (const block of document.querySelectorAll<HTMLElement>('[data-ui-extension]')) {
  // A broken extension leaves its place empty; the checkout goes on, as at Shopify's.
  mount(block).catch((error) => console.error(`UI extension ${block.dataset.uiExtension}:`, error))
}
