/**
 * Hands the shop's past to the app through the normal webhook path, oldest first, as fast as the app takes it.
 * Where it stopped is in the store, so it goes on after a restart; the app sees some deliveries twice then.
 */
import { tellCustomer, tellOrder } from '../deeds/tell-app.ts'
import type { HistoryEvent } from '../model.ts'
import type { Store } from '../store.ts'
import type { DeliveryQueue } from './delivery-queue.ts'

/** So many deliveries may be under way or waiting for a retry before the next one is made. */
const WINDOW = 64

export interface HistoryProgress {
  delivered: number
  total: number
  failed: number
  done: boolean
}

export class HistoryFeeder {
  readonly store: Store
  readonly webhooks: DeliveryQueue
  #inFlight = new Set<number>()
  #delivered: number
  #failed = 0
  #started = false
  #waiting: ((progress: HistoryProgress) => void)[] = []
  #onProgress: (progress: HistoryProgress) => void = () => {}

  constructor(store: Store, webhooks: DeliveryQueue) {
    this.store = store
    this.webhooks = webhooks
    for (const delivery of store.deliveries.values()) {
      if (delivery.history && delivery.status === 'pending') this.#inFlight.add(delivery.id)
      if (delivery.history && delivery.status === 'failed') this.#failed += 1
    }
    this.#delivered = Math.max(0, store.history.next - 1 - this.#inFlight.size - this.#failed)
    webhooks.onSettled((delivery) => {
      if (!this.#inFlight.delete(delivery.id)) return
      if (delivery.status === 'delivered') this.#delivered += 1
      else this.#failed += 1
      this.#feed()
    })
  }

  progress(): HistoryProgress {
    const { total, done } = this.store.history
    return { delivered: this.#delivered, total, failed: this.#failed, done }
  }

  /** Resolves when every event was delivered or has failed for good. Waits until the app is installed. */
  deliverHistory(onProgress: (progress: HistoryProgress) => void = () => {}): Promise<HistoryProgress> {
    this.#onProgress = onProgress
    this.#started = true
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#feed()
    })
  }

  /** Goes on after the app was installed again. */
  resume(): void {
    this.#feed()
  }

  #feed(): void {
    const history = this.store.history
    if (!this.#started || !this.store.installation.installed) return
    let { next } = history
    while (this.#inFlight.size < WINDOW && next <= history.total) {
      const event = this.store.historyEvents.get(next)
      next += 1
      if (event) this.#tell(event)
    }
    const done = next > history.total && this.#inFlight.size === 0
    if (next !== history.next || done !== history.done) this.store.history = { ...history, next, done }
    this.#onProgress(this.progress())
    if (done) this.#finish()
  }

  #tell(event: HistoryEvent): void {
    const options = { history: true, triggeredAt: event.at }
    const made =
      event.topic === 'customers/create'
        ? tellCustomer(this, event.customer, event.topic, options)
        : tellOrder(this, event.order, [event.topic], options)
    for (const delivery of made) this.#inFlight.add(delivery.id)
    if (made.length === 0) this.#delivered += 1
  }

  /** The past is told: its snapshots are not needed any more. */
  #finish(): void {
    for (const event of this.store.historyEvents.all()) this.store.historyEvents.delete(event.id)
    const waiting = this.#waiting.splice(0)
    for (const resolve of waiting) resolve(this.progress())
  }
}
