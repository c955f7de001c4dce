/** Starts the UI extensions of a page. */
import { CHECKOUT_CHANGED, type UiCheckout, type UiTargetData } from '../page-data.ts'
import { defineElements } from './elements.ts'
import { runExtension } from './run.ts'
import { createShopifyApi } from './shopify-api.ts'

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
  await runExtension(data.scriptUrl, body, shopify, ownFetch)
  block.dataset.started = ''
}

defineElements()
for (const block of document.querySelectorAll<HTMLElement>('[data-ui-extension]')) {
  // A broken extension leaves its place empty; the checkout goes on, as at Shopify's.
  mount(block).catch((error) => console.error(`UI extension ${block.dataset.uiExtension}:`, error))
}
