/**
 * The lots of an account: points by when they were earned and when they lapse, in the order they are spent. Lots are
 * chosen here; what that means for the balance is the account's business.
 */
export interface Lot {
  /** null until the ledger has written it. */
  lotId: number | null
  orderId: string | null
  /** The gift for a behaviour that they are of; null or absent: of none. */
  awardId?: number | null
  /** Epoch milliseconds. */
  earnedAt: number
  /** ISO date, the last day (in the shop's zone) on which the points can be spent; null: for ever. */
  expiresOn: string | null
  earned: number
  remaining: number
  /** Part of `remaining` that holds reserve. */
  held: number
  changed: boolean
}

export interface Lots {
  /** Open lots; null while not loaded (an award needs none). */
  lots: Lot[] | null
  /** Only some of the open lots are loaded, those that lapse: nothing may be chosen from them. */
  someLots?: true
  /** Lots born in this draft. */
  newLots: Lot[]
}

export interface LotOrigin {
  orderId: string | null
  awardId?: number | null
  earnedAt: number
  expiresOn: string | null
}

/** Points taken from or reserved on a lot. */
export interface LotShare {
  lot: Lot
  amount: number
}

/** Whether a lot was born of a gift of so many points, and not of an order, at that moment (epoch ms). */
export function isLotOf(lot: Lot, at: number, points: number): boolean {
  return lot.orderId === null && lot.earned === points && lot.earnedAt === at
}

/** The lots of a gift of which something can be spent now. */
export function freeLotsOf({ lots, newLots }: Lots, awardId: number): Lot[] {
  return [...(lots ?? []), ...newLots].filter((lot) => lot.awardId === awardId && lot.remaining > lot.held)
}

/** Open lots in the order they are spent: what lapses first, then what was earned first. */
export function inSpendingOrder(lots: readonly Lot[]): Lot[] {
  return [...lots].sort(
    (a, b) =>
      compare(a.expiresOn ?? '9999', b.expiresOn ?? '9999') ||
      a.earnedAt - b.earnedAt ||
      (a.lotId ?? Number.MAX_SAFE_INTEGER) - (b.lotId ?? Number.MAX_SAFE_INTEGER),
  )
}

/** Which lots are taken from before the others; null: none. */
export type Preference = ((lot: Lot) => boolean) | null

/**
 * Which lots so many points come from: the preferred ones, then in the order they are spent. Part of each is not held.
 * @throws Error when they hold less, or are not all loaded
 */
export function chooseLots(account: Lots, amount: number, preferred: Preference): LotShare[] {
  if (account.lots === null || account.someLots) throw new Error('The lots of the account are not loaded')
  const ordered = inSpendingOrder([...account.lots, ...account.newLots])
  if (preferred !== null) ordered.sort((a, b) => Number(preferred(b)) - Number(preferred(a)))
  const shares: LotShare[] = []
  let left = amount
  for (const lot of ordered) {
    const part = Math.min(left, lot.remaining - lot.held)
    if (part > 0) shares.push({ lot, amount: part })
    left -= part
    if (left === 0) return shares
  }
  throw new Error(`The lots hold ${amount - left} of ${amount} available points`)
}

export function takeFromLots(account: Lots, amount: number, preferred: Preference): void {
  for (const { lot, amount: part } of chooseLots(account, amount, preferred)) {
    lot.remaining -= part
    lot.changed = true
  }
}

export function sumOf(shares: readonly LotShare[]): number {
  return shares.reduce((total, share) => total + share.amount, 0)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
