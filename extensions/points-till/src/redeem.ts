/** From points to a reward: redeemed once, waited for, and put into the cart. */
import { useRef, useState } from 'preact/hooks'
import { type App, type Code, Refused, type Reward } from './app-api.ts'
import type { Desk } from './pos.ts'
import type { Wording } from './wording.ts'

export interface RedeemResult {
  /** What came of it, for the staff. */
  text: string
  /** It is not as it should be. */
  bad?: boolean
  /** A code by which people do something. */
  show?: string
}

export type Redeem = (reward: Reward, price: number) => void

/** Making a code takes a second or two. */
const WAITS_MS = [400, 600, 800, 1_000, 1_200, 1_500, 2_000, 2_500, 3_000]

export function useRedeem(desk: Desk, app: App, customer: string) {
  const [busy, setBusy] = useState(false)
  // A wish whose answer was lost is asked for again with its key, so that it redeems once.
  const keys = useRef(new Map<string, string>())

  async function redeem(reward: Reward, price: number, wording: Wording): Promise<RedeemResult> {
    const wish = `${reward.id} ${price}`
    const key = keys.current.get(wish) ?? newKey()
    keys.current.set(wish, key)
    setBusy(true)
    try {
      const worth = worthOf(reward, price)
      const asked = { customer, rewardId: reward.id, price, key, ...(worth !== null && { worth }) }
      const { redemption } = await app.redeem(asked)
      keys.current.delete(wish)
      return await settle(desk, app, customer, redemption, wording)
    } catch (error) {
      if (!(error instanceof Refused && error.code === 'unreachable')) keys.current.delete(wish)
      throw error
    } finally {
      setBusy(false)
    }
  }
  return { busy, redeem }
}

async function settle(
  desk: Desk,
  app: App,
  customer: string,
  first: Code | null,
  wording: Wording,
): Promise<RedeemResult> {
  let code = first
  for (const wait of WAITS_MS) {
    if (code?.status !== 'preparing') break
    await new Promise((done) => setTimeout(done, wait))
    // What is redeemed stays so: a look that fails is made again.
    const id: string = code.id
    code = await app.redemption(customer, id).then(
      ({ redemption }) => redemption,
      () => code,
    )
  }
  if (!code || code.status === 'preparing') return { text: wording.say('rewards.late') }
  if (code.toShow !== null && code.code !== null && code.status === 'ready')
    return { text: wording.say('rewards.given', { reward: code.rewardName }), show: code.code }
  if (code.status === 'ready' && code.code !== null) return applyCode(desk, code, wording)
  if (code.status === 'used') return { text: wording.say('rewards.given', { reward: code.rewardName }) }
  throw new Refused('unreachable')
}

/** Puts a code into the cart. Should POS not take it, people can type it. */
export async function applyCode({ cart }: Desk, code: Code, wording: Wording): Promise<RedeemResult> {
  const text = code.code ?? ''
  try {
    await cart.addCartCodeDiscount(text)
    return { text: wording.say('rewards.applied', { reward: code.rewardName }) }
  } catch {
    return { text: wording.say('codes.notApplied', { code: text }), bad: true }
  }
}

/** What a chosen price gives, in decimal money: so many steps of so much. Null: the price is not chosen. */
export function worthOf({ choice }: Reward, price: number): string | null {
  if (!choice) return null
  const [, fraction = ''] = choice.worth.split('.')
  const minor = Math.round(Number(choice.worth) * 10 ** fraction.length) * (price / choice.step)
  return (minor / 10 ** fraction.length).toFixed(fraction.length)
}

/** Nobody has to be unable to guess it: it tells two clicks apart. */
function newKey(): string {
  const random = () => Math.random().toString(36).slice(2, 12)
  return `till-${Date.now().toString(36)}-${random()}${random()}`
}
