/** After a sale: what the order has earned, as soon as the app has been told of it. Only what is known. */
import { useEffect, useState } from 'preact/hooks'
import type { App, OrderPoints } from './app-api.ts'
import type { Wording } from './wording.ts'

interface OrderPointsBlockProps {
  orderId: string
  customerId: string | null
  app: App
  wording: Wording
}

/** Shopify tells the app of an order a few seconds after the sale. */
const WAITS_MS = [0, 1_500, 3_000, 5_000, 8_000]

type Told = OrderPoints | 'calculating' | 'later' | 'unreachable'

export function OrderPointsBlock({ orderId, customerId, app, wording }: OrderPointsBlockProps) {
  const told = useOrderPoints(app, orderId, customerId)
  const text = customerId === null ? wording.say('order.nobody') : toldText(told, wording)
  return (
    <s-pos-block heading={wording.say('title')}>
      <s-text>{text}</s-text>
    </s-pos-block>
  )
}

function useOrderPoints(app: App, orderId: string, customerId: string | null): Told {
  const [told, setTold] = useState<Told>('calculating')
  useEffect(() => {
    if (customerId === null) return
    let stays = true
    async function ask(customer: string) {
      for (const wait of WAITS_MS) {
        await new Promise((done) => setTimeout(done, wait))
        if (!stays) return
        const answer = await app.orderPoints(orderId, customer).catch(() => 'unreachable' as const)
        if (!stays) return
        if (answer === 'unreachable' || answer.status !== 'unknown') return setTold(answer)
      }
      setTold('later')
    }
    ask(customerId)
    return () => {
      stays = false
    }
  }, [app, orderId, customerId])
  return told
}

function toldText(told: Told, wording: Wording): string {
  if (told === 'calculating') return wording.say('order.calculating')
  if (told === 'later') return wording.say('order.later')
  if (told === 'unreachable') return wording.say('order.unreachable')
  const points = wording.points(told.points)
  if (told.status === 'unpaid') return wording.say('order.unpaid')
  if (told.status === 'available') return wording.say('order.available', { points })
  if (told.availableAt === null) return wording.say('order.pendingUndated', { points })
  return wording.say('order.pending', { points, date: wording.day(told.availableAt.slice(0, 10)) })
}
