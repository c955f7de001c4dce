/** The app's HTTP API for the till. POS sends the token of whoever is signed in there along by itself. */
import type { Pos } from './pos.ts'

const TIMEOUT_MS = 8_000
const PATH = '/api/till/v1'

export type LocalText = string | Record<string, string>
export type PointNames = Record<string, { one: string; many: string }>

/** Whole points. */
export interface Balance {
  available: number
  pending: number
  debt: number
  nextReward: { name: LocalText; cost: number; missing: number } | null
}

export interface Reward {
  id: string
  name: string
  description: string
  /** The least that it costs. */
  cost: number
  /** Of a price that is chosen; `worth`: decimal money for one step. */
  choice?: { most: number; step: number; worth: string }
  affordable: boolean
  missing: number
  available: boolean
  reason: string | null
  why: string | null
}

export interface Code {
  id: string
  /** Null: it is none. */
  code: string | null
  /** Of what people do: what the member is to do with it. No cart takes such a code. */
  toShow: string | null
  rewardName: string
  validUntil: string
  status: 'preparing' | 'ready' | 'reserved' | 'ending' | 'used' | 'returned'
}

export interface Member {
  /** The one for the cart. */
  customerId: string
  /** Null: Shopify could not be asked. */
  name: string | null
  card: string
  member: Balance
  rewards: Reward[]
  codes: Code[]
  pointName?: PointNames
}

export interface FoundCustomer {
  customerId: string
  name: string
  email: string | null
  points: number
}

export interface ShownCode {
  id: string
  customerId: string | null
  name: string | null
  rewardName: string
  code: string
  points: number
  status: 'ready' | 'used' | 'returned'
  undoable: boolean
}

export interface Redeemed {
  redemption: Code | null
  member: Balance
}

export interface OrderPoints {
  points: number
  status: 'pending' | 'available' | 'unpaid' | 'unknown'
  availableAt: string | null
}

export interface Wish {
  customer: string
  rewardId: string
  price: number
  worth?: string
  /** The same again never redeems twice. */
  key: string
}

/** `code` is the app's, or "unreachable" (no answer, or none that can be read), or "not-allowed". */
export class Refused extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

export type App = ReturnType<typeof connectApp>

/** Each method rejects with Refused. */
export function connectApp({ locale, session }: Pos) {
  const get = <T>(path: string, query: Record<string, string>) => {
    const words = { ...query, locale: locale.current.value.slice(0, 2).toLowerCase() }
    const pairs = Object.entries(words).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    return call<T>(`${PATH}${path}?${pairs.join('&')}`)
  }
  const post = <T>(path: string, body: object) =>
    call<T>(`${PATH}${path}?locale=${locale.current.value.slice(0, 2).toLowerCase()}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...body, location: session.currentSession.locationId }),
    })
  return {
    member: (customer: string) => get<Member>('/member', { customer }),
    card: (card: string) => get<Member>('/member', { card }),
    search: (q: string) => get<{ customers: FoundCustomer[] | null }>('/search', { q }),
    redeem: (wish: Wish) => post<Redeemed>('/redeem', wish),
    redemption: (customer: string, id: string) => get<Redeemed>('/redemption', { customer, id }),
    giveBack: (customer: string, id: string) => post<Redeemed>('/give-back', { customer, id }),
    shownCode: (code: string) => get<ShownCode>('/code', { code }),
    deed: (deed: 'done' | 'undo' | 'cancel', id: string) => post<object>('/code', { deed, id: Number(id) }),
    orderPoints: (order: string, customer: string) => get<OrderPoints>('/order-points', { order, customer }),
  }
}

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS)
  try {
    const answer = await fetch(path, { ...init, signal: abort.signal })
    if (answer.status === 401) throw new Refused('not-allowed')
    const body = await answer.json()
    if (!answer.ok) throw new Refused(String(body?.error?.code ?? 'unreachable'))
    return body
  } catch (error) {
    throw error instanceof Refused ? error : new Refused('unreachable')
  } finally {
    clearTimeout(timer)
  }
}
