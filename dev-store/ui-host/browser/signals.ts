/**
 * The host's side of Shopify's signals. `@shopify/ui-extensions/preact` hands over the extension's own Signal class
 * with `shopify.setSignals`, so that reading `.value` in a component subscribes it. An extension that does not
 * import it gets signals that can still be read and subscribed to.
 */

export interface HostSignal<T> {
  value: T
  readonly current: T
  subscribe(listener: (value: T) => void): () => void
  destroy(): Promise<void>
}

interface SignalLike<T> {
  value: T
  subscribe(listener: (value: T) => void): () => void
}
export type SignalClass = new <T>(value: T) => SignalLike<T>

class PlainSignal<T> implements SignalLike<T> {
  #value: T
  #listeners = new Set<(value: T) => void>()

  constructor(value: T) {
    this.#value = value
  }

  get value(): T {
    return this.#value
  }

  set value(value: T) {
    this.#value = value
    for (const listener of this.#listeners) listener(value)
  }

  subscribe(listener: (value: T) => void): () => void {
    this.#listeners.add(listener)
    listener(this.#value)
    return () => this.#listeners.delete(listener)
  }
}

export class Signals {
  #class: SignalClass = PlainSignal

  /** Call before the first `create`. */
  use(signalClass: SignalClass): void {
    this.#class = signalClass
  }

  create<T>(value: T): HostSignal<T> {
    const signal = new this.#class(value)
    Object.defineProperty(signal, 'current', { get: () => signal.value })
    return Object.assign(signal, { destroy: async () => undefined }) as HostSignal<T>
  }
}
