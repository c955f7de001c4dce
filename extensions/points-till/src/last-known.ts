/** The last balance of each customer that this device has seen: numbers and no names, for when there is no network. */
import type { Storage } from './pos.ts'

export interface LastKnown {
  points: number
  /** Epoch milliseconds. */
  at: number
}

const PREFIX = 'balance:'
/** A device holds so many records, and Shopify says not how many. */
const MOST = 50

/** A full storage keeps nobody waiting: then nothing is known later. */
export async function remember(
  storage: Storage,
  customerId: string,
  points: number,
  at: number,
): Promise<void> {
  try {
    await storage.set(`${PREFIX}${customerId}`, { points, at })
    const known = (await storage.entries()).flatMap(([key, value]) =>
      key.startsWith(PREFIX) && isKnown(value) ? [{ key, at: value.at }] : [],
    )
    for (const { key } of known.sort((a, b) => b.at - a.at).slice(MOST)) await storage.delete(key)
  } catch {}
}

export async function lastKnown(storage: Storage, customerId: string): Promise<LastKnown | null> {
  const value = await storage.get(`${PREFIX}${customerId}`).catch(() => null)
  return isKnown(value) ? value : null
}

function isKnown(value: unknown): value is LastKnown {
  const { points, at } = (value ?? {}) as Partial<LastKnown>
  return typeof points === 'number' && typeof at === 'number'
}
