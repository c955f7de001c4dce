/** What every area of the practice store gets: settings, state and the deeds that have effects outside. */

import type { Store } from './store.ts'

export interface Settings {
  /** Port on 127.0.0.1. */
  port: number
  /** Own address without a slash at the end: "http://127.0.0.1:4000". */
  origin: string
  /** The app: webhooks, iframe and app proxy go there. */
  appUrl: string
  apiKey: string
  apiSecret: string
  /** Root of the project: shopify.app.toml and extensions/ are read from here. */
  projectRoot: string
  dataDirectory: string
}

/** Tells the app what happened; does nothing while the app is not installed. */
export interface Webhooks {
  /**
   * Makes one delivery per subscription of `topic`. `payload` is the whole payload as Shopify would send it;
   * `include_fields` of the subscription is applied here. `subject` is shown in the list ("Order/6100…").
   */
  emit(topic: string, payload: Record<string, unknown>, subject: string): void
}

export interface PracticeContext {
  settings: Settings
  store: Store
  webhooks: Webhooks
}
