/** On the home screen: the balance of the customer on the cart, or the way to find one. */
import { useEffect, useState } from 'preact/hooks'
import type { App } from './app-api.ts'
import type { Cart, Pos } from './pos.ts'
import { type ShownBalance, useBalance } from './use-balance.ts'
import type { Wording } from './wording.ts'

interface MemberTileProps {
  pos: Pos
  cart: Pick<Cart, 'current'>
  app: App
  wording: Wording
  open(): void
}

export function MemberTile({ pos, cart, app, wording, open }: MemberTileProps) {
  const [customer, setCustomer] = useState(cart.current.value.customer)
  useEffect(() => {
    // It may have changed before this ran.
    setCustomer(cart.current.value.customer)
    return cart.current.subscribe((now) => setCustomer(now.customer))
  }, [cart])
  const id = customer ? String(customer.id) : null
  const shown = useBalance(pos, app, id)
  const text = id === null ? wording.say('tile.find') : balanceText(shown, wording)
  return <s-tile heading={wording.say('title')} subheading={text} onClick={open} />
}

function balanceText(shown: ShownBalance | undefined, wording: Wording): string {
  if (!shown) return wording.say('loading')
  if (shown.now) return wording.points(shown.now.member.available, shown.now.pointName)
  if (!shown.known) return wording.refusal(shown.refused)
  const points = wording.points(shown.known.points)
  return wording.say('member.known', { date: wording.moment(shown.known.at), points })
}
