/**
 * Delivers webhooks as Shopify does: at least once, in no promised order, 5 seconds for an answer, 8 retries
 * over 4 hours with the original payload and the same webhook id. What is pending is in the store and goes on
 * after a restart.
 */
import { randomUUID } from 'node:crypto'
import type { DeliverySwitches, IsoTime, WebhookDelivery } from '../model.ts'
import type { Store } from '../store.ts'
import { webhookHeaders } from './signature.ts'
import { pickFields, type Subscriptions } from './subscriptions.ts'

/** Minutes to wait before each retry; together 4 hours. */
export const RETRY_MINUTES = [1, 2, 5, 12, 25, 45, 60, 90] as const
const TIMEOUT_MILLISECONDS = 5000
const CONCURRENCY = 32
/** Settled deliveries beyond this number are forgotten, oldest first. */
const KEEP_SETTLED = 1000

export interface QueueOptions {
  store: Store
  appUrl: string
  apiSecret: string
  subscriptions: () => Subscriptions
  concurrency?: number
  timeoutMilliseconds?: number
}

export interface EmitOptions {
  history?: boolean
  triggeredAt?: IsoTime
  /** Epoch milliseconds by the shop's clock; without it the delivery goes out at once. */
  dueAt?: number
}

export class DeliveryQueue {
  #options: QueueOptions
  #store: Store
  #active = new Set<number>()
  #pending = new Set<number>()
  #timer: NodeJS.Timeout | null = null
  #running = false
  #settled: ((delivery: WebhookDelivery) => void)[] = []

  constructor(options: QueueOptions) {
    this.#options = options
    this.#store = options.store
    for (const delivery of this.#store.deliveries.values()) {
      if (delivery.status === 'pending') this.#pending.add(delivery.id)
    }
  }

  start(): void {
    this.#running = true
    this.#pump()
  }

  /** After a move of the clock: what has come due goes out. */
  wake(): void {
    this.#pump()
  }

  /** Starts no new attempt; those under way end by themselves and are repeated after a restart. */
  stop(): void {
    this.#running = false
    if (this.#timer) clearTimeout(this.#timer)
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  /** Called for each delivery that is delivered, failed for good or dropped. */
  onSettled(listener: (delivery: WebhookDelivery) => void): void {
    this.#settled.push(listener)
  }

  /** Makes one delivery per subscription of `topic`. Nothing happens while the app is not installed. */
  emit(
    topic: string,
    payload: Record<string, unknown>,
    subject: string,
    options: EmitOptions = {},
  ): WebhookDelivery[] {
    if (!this.#store.installation.installed) return []
    const { apiVersion, list } = this.#options.subscriptions()
    const eventId = randomUUID()
    const at = options.dueAt ?? this.#store.now()
    const made: WebhookDelivery[] = []
    for (const subscription of list.filter((one) => one.topic === topic)) {
      const delivery: WebhookDelivery = {
        id: this.#store.nextId('Delivery'),
        webhookId: randomUUID(),
        eventId,
        topic,
        uri: subscription.uri,
        body: JSON.stringify(pickFields(payload, subscription.includeFields)),
        triggeredAt: options.triggeredAt ?? new Date(at).toISOString(),
        apiVersion,
        status: 'pending',
        attempts: [],
        nextAttemptAt: at,
        history: options.history ?? false,
        subject,
      }
      made.push(...(options.history ? [delivery] : disturb(delivery, this.#store)))
    }
    for (const delivery of made) this.#add(delivery)
    return made
  }

  /** Sends a delivery again at once, whatever became of it, with the original payload and webhook id. */
  redeliver(id: number): boolean {
    const delivery = this.#store.deliveries.get(id)
    if (!delivery || this.#active.has(id)) return false
    this.#add({ ...delivery, status: 'pending', nextAttemptAt: this.#store.now() })
    return true
  }

  #add(delivery: WebhookDelivery): void {
    this.#store.deliveries.put(delivery)
    if (delivery.status !== 'pending') {
      this.#settle(delivery)
      return
    }
    this.#pending.add(delivery.id)
    this.#pump()
  }

  #pump(): void {
    if (!this.#running) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const now = this.#store.now()
    let earliest = Number.POSITIVE_INFINITY
    for (const id of this.#pending) {
      if (this.#active.size >= (this.#options.concurrency ?? CONCURRENCY)) return
      if (this.#active.has(id)) continue
      const delivery = this.#store.deliveries.get(id)
      if (!delivery) {
        this.#pending.delete(id)
        continue
      }
      const due = delivery.nextAttemptAt ?? now
      if (due <= now) void this.#attempt(delivery)
      else earliest = Math.min(earliest, due)
    }
    if (earliest < Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => this.#pump(), Math.min(earliest - now, 60_000))
    }
  }

  async #attempt(delivery: WebhookDelivery): Promise<void> {
    this.#active.add(delivery.id)
    const started = this.#store.now()
    const { status, error } = await this.#send(delivery)
    this.#active.delete(delivery.id)
    const attempts = [
      ...delivery.attempts,
      { at: new Date(started).toISOString(), milliseconds: this.#store.now() - started, status, error },
    ]
    const next = afterAttempt({ ...delivery, attempts }, this.#store.now(), this.#store.switches.retrySpeed)
    if (!this.#store.closed) this.#store.deliveries.put(next)
    if (next.status !== 'pending') {
      this.#pending.delete(next.id)
      this.#settle(next)
    }
    this.#pump()
  }

  async #send(delivery: WebhookDelivery): Promise<{ status: number | null; error: string | null }> {
    try {
      const response = await fetch(new URL(delivery.uri, this.#options.appUrl), {
        method: 'POST',
        headers: webhookHeaders(delivery, this.#store.shop.domain, this.#options.apiSecret),
        body: delivery.body,
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#options.timeoutMilliseconds ?? TIMEOUT_MILLISECONDS),
      })
      await response.arrayBuffer()
      return { status: response.status, error: null }
    } catch (error) {
      return { status: null, error: reasonOf(error) }
    }
  }

  #settle(delivery: WebhookDelivery): void {
    for (const listener of this.#settled) listener(delivery)
    this.#forgetOld()
  }

  #forgetOld(): void {
    const excess = this.#store.deliveries.size - this.#pending.size - KEEP_SETTLED
    if (excess < KEEP_SETTLED / 10) return
    let left = excess
    for (const old of this.#store.deliveries.values()) {
      if (left === 0) return
      if (old.status === 'pending' || old.status === 'failed') continue
      this.#store.deliveries.delete(old.id)
      left -= 1
    }
  }
}

/** Delivered, to be tried again, or failed for good after the last retry. */
export function afterAttempt(delivery: WebhookDelivery, now: number, retrySpeed: number): WebhookDelivery {
  const last = delivery.attempts.at(-1)
  if (last?.status && last.status >= 200 && last.status < 300) {
    return { ...delivery, status: 'delivered', nextAttemptAt: null }
  }
  const minutes = RETRY_MINUTES[delivery.attempts.length - 1]
  if (minutes === undefined) return { ...delivery, status: 'failed', nextAttemptAt: null }
  return { ...delivery, nextAttemptAt: now + Math.round((minutes * 60_000) / retrySpeed) }
}

/** Applies the switches; chance is drawn from the delivery's id, so the same shop misbehaves the same way. */
function disturb(delivery: WebhookDelivery, store: Store): WebhookDelivery[] {
  const switches = store.switches
  const drawn = (salt: number) => chance(delivery.id, salt)
  if (drawn(1) < switches.drop) return [{ ...delivery, status: 'dropped', nextAttemptAt: null }]
  const first = { ...delivery, nextAttemptAt: (delivery.nextAttemptAt ?? 0) + holdBack(switches, drawn) }
  if (drawn(4) >= switches.duplicate) return [first]
  return [first, { ...delivery, id: store.nextId('Delivery') }]
}

function holdBack(switches: DeliverySwitches, drawn: (salt: number) => number): number {
  const delay = drawn(2) < switches.delay ? switches.delaySeconds * 1000 : 0
  const overtaken = drawn(3) < switches.reorder ? 500 + drawn(5) * 45 : 0
  return delay + overtaken
}

/** 0 ≤ value < 100, evenly spread. */
function chance(id: number, salt: number): number {
  let hash = Math.imul(id ^ (salt * 0x9e3779b1), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 42_949_672.96
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'timeout'
  const cause = error.cause as { code?: string } | undefined
  return cause?.code ?? error.message
}
