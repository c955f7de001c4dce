import type { IncomingMessage } from 'node:http'

export interface Limits {
  /** Of all bodies together that have not been verified yet, in bytes. */
  unreadBytes: number
  /** So long a body may take to come. Shopify gives up after 5 s. */
  bodyWithinMs: number
}

export const LIMITS: Limits = { unreadBytes: 64 * 2 ** 20, bodyWithinMs: 10_000 }

interface Unread {
  bytes: number
  giveUp(reason: 'full' | 'slow'): void
}

/**
 * Whoever sends a body is a stranger until it is there as a whole and its signature is right. This keeps count of what
 * strangers have sent so far: when it is too much altogether, the one who has sent the most has to go, which is never
 * a delivery of Shopify's among many slow senders; and each has only so much time.
 */
export function createUnreadBodies(limits: Limits) {
  const unread = new Map<IncomingMessage, Unread>()
  let total = 0

  function forget(request: IncomingMessage): void {
    total -= unread.get(request)?.bytes ?? 0
    unread.delete(request)
  }

  function makeRoom(): void {
    let largest: [IncomingMessage, Unread] | undefined
    for (const each of unread) if (!largest || each[1].bytes > largest[1].bytes) largest = each
    if (!largest) return
    forget(largest[0])
    largest[1].giveUp('full')
  }

  /**
   * Counts what comes of this request. Call it in the same turn in which the body begins to be read.
   * @param giveUp called at most once, when the body has to be given up
   * @returns to be called when the body is there, or nobody waits for it any more
   */
  return function watch(request: IncomingMessage, giveUp: Unread['giveUp']): () => void {
    const one: Unread = { bytes: 0, giveUp }
    unread.set(request, one)
    const slow = setTimeout(() => {
      forget(request)
      giveUp('slow')
    }, limits.bodyWithinMs)
    const count = (chunk: Buffer) => {
      if (!unread.has(request)) return
      one.bytes += chunk.length
      total += chunk.length
      if (total > limits.unreadBytes) makeRoom()
    }
    const end = () => {
      clearTimeout(slow)
      request.off('data', count)
      forget(request)
    }
    request.on('data', count)
    request.once('close', end)
    return end
  }
}
