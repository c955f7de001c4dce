/** What every area of the practice store gets: settings, state and the deeds that have effects outside. */

import type { Store } from './store.ts'
import type { DeliveryQueue } from './webhooks/delivery-queue.ts'
import type { HistoryFeeder } from './webhooks/history-feeder.ts'

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
  /** How many orders the past year of a new shop has; customers in proportion. */
  pastOrders: number
}

export interface PracticeContext {
  settings: Settings
  store: Store
  /** `emit(topic, payload, subject)` tells the app; does nothing while it is not installed. */
  webhooks: DeliveryQueue
  /** Hands the shop's past to the app once it is installed. */
  history: HistoryFeeder
}
