/** The app's HTTP API for extensions. Every call carries a fresh session token and gives up after 5 seconds. */
import { appUrl } from './app-url.ts'

const TIMEOUT_MS = 5_000

export interface SessionToken {
  get(): Promise<string>
}

/** One text, or one per language. */
export type LocalText = string | Record<string, string>
export interface PointNames {
  one: string
  many: string
}
export type LocalPointNames = PointNames | Record<string, PointNames>

/** Whole points. `debt` is what has to be earned back before `available` grows again. */
export interface Member {
  available: number
  pending: number
  debt?: number
  nextReward?: { name: LocalText; cost: number; missing: number } | null
}

/** A code that can be used now. `validUntil` is its last day in the shop's zone, "2026-12-30". */
export interface OpenCode {
  id: string
  rewardId: string
  code: string
  rewardName: string
  validUntil: string
  /** The number of the variant of which one piece is free with it, digits; it is to be among the order's lines. */
  variant?: string | null
}

/** A reward that the points suffice for. `cost` is in whole points. */
export interface ReachableReward {
  id: string
  name: string
  description: string
  cost: number
}

/**
 * `member` is null for an anonymous buyer, and for one who is not enrolled yet. Codes: the earliest end first;
 * rewards in the program's order.
 */
export interface Membership {
  member: Member | null
  codes: OpenCode[]
  rewards: ReachableReward[]
  pointName?: LocalPointNames
}

/** Money as a decimal string in the checkout's currency, after discounts. */
export interface PreviewLine {
  productId: string
  amount: string
}

/** Shipping and tax as decimal strings, where Shopify knows them by now. */
export interface PreviewQuestion {
  currency: string
  lines: PreviewLine[]
  shipping?: string
  tax?: string
  locale: string
}

/** `points` is null where nobody knows yet (another currency); then, and where it can be more, `reason` says why. */
export interface Preview {
  points: number | null
  reason: string | null
}

/** `unknown`: the app has not settled the order yet (or does not know it). `availableAt` is ISO 8601 or null. */
export interface OrderPoints {
  points: number
  status: 'pending' | 'available' | 'unpaid' | 'unknown'
  availableAt: string | null
}

export class AppUnreachable extends Error {}

export interface AppApi {
  membership(locale: string, signal?: AbortSignal): Promise<Membership>
  preview(cart: PreviewQuestion, signal?: AbortSignal): Promise<Preview>
  orderPoints(orderId: string, locale: string, signal?: AbortSignal): Promise<OrderPoints>
}

/** Each method rejects with AppUnreachable: no address, no network, too slow, not 2xx, not the expected shape. */
export function connectApp(sessionToken: SessionToken, url = appUrl()): AppApi {
  async function call(
    path: string,
    init: RequestInit,
    signal?: AbortSignal,
  ): Promise<Record<string, unknown>> {
    if (!url) throw new AppUnreachable('The extension was built without APP_URL')
    const abort = new AbortController()
    const stop = () => abort.abort()
    const timer = setTimeout(stop, TIMEOUT_MS)
    signal?.addEventListener('abort', stop)
    try {
      const headers = { ...init.headers, Authorization: `Bearer ${await sessionToken.get()}` }
      const response = await fetch(`${url}${path}`, { ...init, headers, signal: abort.signal })
      if (!response.ok) throw new AppUnreachable(`${path} answered ${response.status}`)
      return await response.json()
    } catch (error) {
      throw error instanceof AppUnreachable ? error : new AppUnreachable(`${path}: ${String(error)}`)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    }
  }

  return {
    async membership(locale, signal) {
      const body = await call(`/api/membership?locale=${encodeURIComponent(locale)}`, {}, signal)
      const member = (body.member ?? null) as Member | null
      if (member) wholePoints(member.available)
      return {
        member,
        codes: (body.codes ?? []) as OpenCode[],
        rewards: (body.rewards ?? []) as ReachableReward[],
        pointName: body.pointName as LocalPointNames | undefined,
      }
    },
    async preview(cart, signal) {
      const init = {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(cart),
      }
      const { points, reason } = await call('/api/preview', init, signal)
      return {
        points: points === null ? null : wholePoints(points),
        reason: typeof reason === 'string' ? reason : null,
      }
    },
    async orderPoints(orderId, locale, signal) {
      const query = `order=${encodeURIComponent(orderId)}&locale=${encodeURIComponent(locale)}`
      const body = await call(`/api/order-points?${query}`, {}, signal)
      const status = body.status as OrderPoints['status']
      return {
        status,
        points: status === 'unknown' ? 0 : wholePoints(body.points),
        availableAt: (body.availableAt as string | null | undefined) ?? null,
      }
    },
  }
}

function wholePoints(value: unknown): number {
  if (!Number.isInteger(value)) throw new AppUnreachable(`Not a whole number of points: ${String(value)}`)
  return value as number
}
