/**
 * At checkout: the balance, what this order earns, and what can be taken off it. Never in the way of paying: it renders nothing when the
 * app cannot be reached, asks only once the cart has been still for a moment, and drops answers that arrive for
 * a cart that has changed meanwhile.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { AppApi, Membership } from './app-api.ts'
import { type BuyerIdentity, isSignedIn } from './buyer.ts'
import { CheckoutRewards, type DiscountField } from './checkout-rewards.tsx'
import { type CartDiscount, type CartLine, previewLines } from './preview-lines.ts'
import { SignInLink } from './sign-in-link.tsx'
import type { Wording } from './wording.ts'

const STILL_MS = 400

export interface CheckoutShop extends DiscountField {
  lines: { readonly value: readonly CartLine[] }
  discountAllocations: { readonly value: readonly CartDiscount[] }
  cost: { totalAmount: { readonly value: { currencyCode: string } } }
  shop: { storefrontUrl?: string }
  buyerIdentity?: BuyerIdentity
}

export interface CheckoutPointsProps {
  shop: CheckoutShop
  app: AppApi
  wording: Wording
}

/** `undefined`: not answered yet. `null`: the app could not be reached. */
type Answer<T> = T | null | undefined

export function CheckoutPoints({ shop, app, wording }: CheckoutPointsProps) {
  const membership = useMembership(app, wording.locale)
  const earned = usePreview(shop, app, wording.locale)

  if (membership === undefined) return <Loading wording={wording} />
  if (membership?.member === null && earned === undefined) return <Loading wording={wording} />
  const worth = earned ? wording.points(earned, membership?.pointName) : null
  if (membership === null) {
    return worth ? <s-text>{wording.say('earnUnknown', { points: worth })}</s-text> : null
  }
  if (membership.member === null) {
    if (!worth) return null
    if (isSignedIn(shop)) return <s-text>{wording.say('earn', { points: worth })}</s-text>
    return <Invitation {...{ shop, wording, worth }} />
  }
  return <Balance {...{ shop, wording, worth, membership }} />
}

function Loading({ wording }: { wording: Wording }) {
  return (
    <s-stack gap="small-200" accessibilityLabel={wording.say('loading')}>
      <s-skeleton-paragraph />
    </s-stack>
  )
}

function Invitation({ shop, wording, worth }: { shop: CheckoutShop; wording: Wording; worth: string }) {
  return (
    <s-banner tone="info">
      <s-stack gap="small-200">
        <s-stack accessibilityRole="status">
          <s-text>{wording.say('anonymous', { points: worth })}</s-text>
        </s-stack>
        <SignInLink storefrontUrl={shop.shop.storefrontUrl} wording={wording} />
      </s-stack>
    </s-banner>
  )
}

function Balance(props: {
  shop: CheckoutShop
  wording: Wording
  worth: string | null
  membership: Membership
}) {
  const { shop, wording, worth, membership } = props
  const { member, pointName } = membership
  if (!member) return null
  const points = (count: number) => wording.points(count, pointName)
  const { nextReward } = member
  return (
    <s-box padding="base" border="base" borderRadius="base">
      <s-stack gap="small-200">
        <s-heading>{wording.say('heading')}</s-heading>
        <s-stack direction="inline" gap="small-300" justifyContent="space-between">
          <s-text type="strong">{wording.say('balance', { points: points(member.available) })}</s-text>
          {member.pending > 0 && (
            <s-text color="subdued">{wording.say('pending', { points: points(member.pending) })}</s-text>
          )}
        </s-stack>
        <s-stack accessibilityRole="status">
          {worth && <s-text>{wording.say('earn', { points: worth })}</s-text>}
        </s-stack>
        {member.debt ? (
          <s-text color="subdued">{wording.say('debt', { points: points(member.debt) })}</s-text>
        ) : null}
        <CheckoutRewards {...{ shop, wording, membership }} storefrontUrl={shop.shop.storefrontUrl} />
        {nextReward && nextReward.missing > 0 ? (
          <s-stack gap="small-400">
            <s-progress
              max={nextReward.cost}
              value={nextReward.cost - nextReward.missing}
              accessibilityLabel={rewardText(wording, points, nextReward)}
            />
            <s-text type="small" color="subdued">
              {rewardText(wording, points, nextReward)}
            </s-text>
          </s-stack>
        ) : null}
      </s-stack>
    </s-box>
  )
}

type NextReward = NonNullable<NonNullable<Membership['member']>['nextReward']>

function rewardText(wording: Wording, points: (count: number) => string, reward: NextReward): string {
  return wording.say('nextReward', { points: points(reward.missing), reward: wording.local(reward.name) })
}

function useMembership(app: AppApi, locale: string): Answer<Membership> {
  const [membership, setMembership] = useState<Answer<Membership>>(undefined)
  useEffect(() => {
    const left = new AbortController()
    app.membership(locale, left.signal).then(
      (answer) => left.signal.aborted || setMembership(answer),
      () => left.signal.aborted || setMembership(null),
    )
    return () => left.abort()
  }, [app, locale])
  return membership
}

/** Points of the cart as it is now. While a changed cart is being asked for, the last answer stays. */
function usePreview(shop: CheckoutShop, app: AppApi, locale: string): Answer<number> {
  const [points, setPoints] = useState<Answer<number>>(undefined)
  const asked = useRef(false)
  const currency = shop.cost.totalAmount.value.currencyCode
  const lines = previewLines(shop.lines.value, shop.discountAllocations.value)
  // The signals change identity with every update of the checkout; ask again only when the amounts differ.
  const question = JSON.stringify({ currency, lines, locale })
  useEffect(() => {
    const left = new AbortController()
    const order = JSON.parse(question) as { currency: string; lines: typeof lines; locale: string }
    const timer = setTimeout(
      () => {
        asked.current = true
        const answer =
          order.lines.length === 0 ? Promise.resolve({ points: 0 }) : app.preview(order, left.signal)
        answer.then(
          ({ points }) => left.signal.aborted || setPoints(points),
          () => left.signal.aborted || setPoints(null),
        )
      },
      asked.current ? STILL_MS : 0,
    )
    return () => {
      clearTimeout(timer)
      left.abort()
    }
  }, [app, question])
  return points
}
