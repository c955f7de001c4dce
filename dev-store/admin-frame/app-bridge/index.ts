/**
 * App Bridge of the practice store: the part of Shopify's script that an embedded app uses, written anew after
 * the published types (@shopify/app-bridge-types). Bundled and served as /shopifycloud/app-bridge.js.
 */
import type { PickerRequest } from '../messages.ts'
import { apiKey, ask, isEmbedded, listen, opened, storeOrigin, tell } from './channel.ts'
import { installModal, modal } from './modal.ts'
import { installNavigation, moveIntoAdmin } from './navigation.ts'
import { installSaveBar, saveBar } from './save-bar.ts'
import { idToken, installFetch, returnFromBounce } from './session.ts'
import { installTitleBar } from './title-bar.ts'

type ToastOptions = {
  duration?: number
  isError?: boolean
  action?: string
  onAction?: () => void
  onDismiss?: () => void
}

const toasts = new Map<string, ToastOptions>()
let lastToast = 0

const toast = {
  show(message: string, options: ToastOptions = {}): string {
    lastToast += 1
    const id = `toast-${lastToast}`
    toasts.set(id, options)
    const { isError = false, duration = 5000, action = null } = options
    tell({ type: 'toast', toast: { id, message: String(message), isError, duration, action } })
    return id
  },
  hide(id: string): void {
    tell({ type: 'toast-hide', id })
  },
}

listen((message) => {
  if (message.type === 'toast-action') toasts.get(message.id)?.onAction?.()
  if (message.type === 'toast-dismiss') {
    toasts.get(message.id)?.onDismiss?.()
    toasts.delete(message.id)
  }
})

type PickerOptions = {
  type: PickerRequest['type']
  action?: 'add' | 'select'
  multiple?: boolean | number
  query?: string
  filter?: { query?: string }
  selectionIds?: { id: string }[]
}

/** What was chosen, with itself as `selection` as Shopify's has it; undefined when the merchant cancels. */
async function resourcePicker(options: PickerOptions): Promise<unknown[] | undefined> {
  const { multiple = false } = options
  const selection = await ask<unknown[] | null>({
    name: 'resource-picker',
    options: {
      type: options.type,
      action: options.action ?? 'add',
      limit: multiple === true ? 0 : multiple === false ? 1 : multiple,
      query: options.query ?? options.filter?.query ?? '',
      selected: (options.selectionIds ?? []).map(({ id }) => id),
    },
  })
  return selection ? Object.assign(selection, { selection }) : undefined
}

/** What Shopify has and the practice store has not: it says so instead of doing nothing. */
const absent = (name: string) => async () => {
  throw new Error(`shopify.${name} is not part of the practice store`)
}

const shopify = {
  config: {
    apiKey,
    shop: opened.shop,
    host: opened.host,
    locale: opened.locale,
    appOrigins: [location.origin],
  },
  origin: storeOrigin,
  ready: Promise.resolve(),
  environment: { embedded: isEmbedded, mobile: false, pos: false },
  idToken,
  toast,
  modal,
  saveBar,
  resourcePicker,
  loading: (on = true) => tell({ type: 'loading', on: Boolean(on) }),
  user: async () => ({ accountAccess: 'full access' }),
  scopes: {
    query: () => ask({ name: 'scopes' }),
    request: absent('scopes.request'),
    revoke: absent('scopes.revoke'),
  },
  app: { extensions: async () => [] },
  webVitals: { onReport: async () => undefined },
  support: { registerHandler: async () => undefined },
  intents: { invoke: absent('intents.invoke'), register: () => () => undefined },
  reviews: { request: absent('reviews.request') },
  picker: absent('picker'),
  scanner: { capture: absent('scanner.capture') },
  pos: {},
}

const flags = window as unknown as { shopify?: unknown }
if (!flags.shopify) {
  flags.shopify = shopify
  if (!moveIntoAdmin()) {
    installFetch()
    installTitleBar()
    installModal()
    installSaveBar()
    if (!returnFromBounce()) installNavigation()
  }
}
