import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Whether the web process knows who has sent the request that is being answered: a token or a signature was checked, and
 * it is of a shop of ours. What path and status say of that can be caused by whoever likes.
 */
interface Asking {
  known: boolean
}

// The bundled routes and the plain server modules are two module graphs in one process; they share it here.
const registry = globalThis as { [key: symbol]: AsyncLocalStorage<Asking> | undefined }
const KEY = Symbol.for('stammgast.asking')
function asking(): AsyncLocalStorage<Asking> {
  registry[KEY] ??= new AsyncLocalStorage()
  return registry[KEY]
}

/** Runs what answers one request. @returns what is known of its sender by now, to be read when it is answered */
export function whileAnswering(answer: () => void): Asking {
  const one: Asking = { known: false }
  asking().run(one, answer)
  return one
}

/** To be called where a token or a signature has been checked. */
export function senderIsKnown(): void {
  const one = asking().getStore()
  if (one) one.known = true
}
