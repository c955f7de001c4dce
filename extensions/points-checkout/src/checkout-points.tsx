/**
 * At checkout: the balance, what this order earns, and what can be taken off it. Never in the way of paying: it renders nothing when the
 * app cannot be reached, asks only once the cart has been still for a moment, and drops answers that arrive for
 * a cart that has changed meanwhile.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { AppApi, Membership, Preview, PreviewQuestion } from './app-api.ts'
import { type BuyerIdentity, isSignedIn } from './buyer.ts'
import { CheckoutCodes, CheckoutGoal, type DiscountField } from './checkout-rewards.tsx'
import { asSmall, LoadingBanner, LoadingBox, typicalPoints } from './loading.tsx'
import { type Bought, previewQuestion } from './preview-lines.ts'
import { SignInLink } from './sign-in-link.tsx'
import type { Wording } from './wording.ts'

const STILL_MS = 400

export interface CheckoutShop extends DiscountField, Bought {
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

  if (membership === undefined || (membership?.member === null && earned === undefined))
    return <Loading {...{ shop, wording }} />
  const worth = worthText(earned, wording, membership)
  const reason = earned?.reason ?? null
  if (membership === null) {
    return worth ? <Earned reason={reason} text={wording.say('earnUnknown', { points: worth })} /> : null
  }
  if (membership.member === null) {
    if (!worth) return null
    if (isSignedIn(shop)) return <Earned reason={reason} text={wording.say('earn', { points: worth })} />
    return <Invitation {...{ shop, wording, worth, reason }} />
  }
  return <Balance {...{ shop, wording, worth, membership, reason }} asking={earned === undefined} />
}

/** "50 points", "at least 50 points"; null where there are none to speak of. */
function worthText(earned: Answer<Preview>, wording: Wording, membership: Membership | null): string | null {
  if (!earned?.points) return null
  const points = wording.points(earned.points, membership?.pointName)
  return earned.reason === null ? points : wording.say('atLeast', { points })
}

function Loading({ shop, wording }: { shop: CheckoutShop; wording: Wording }) {
  const points = typicalPoints(wording)
  if (!isSignedIn(shop))
    return (
      <LoadingBanner
        wording={wording}
        texts={[wording.say('anonymous', { points }), asSmall(wording.say('anonymousHint'))]}
      />
    )
  return (
    <LoadingBox
      wording={wording}
      texts={[wording.say('balance', { points }), wording.say('earn', { points })]}
      progress={wording.say('nextReward', { points, reward: points })}
    />
  )
}

/** What the order earns, and why that can be more or is not known yet. */
function Earned({ text, reason }: { text: string | null; reason: string | null }) {
  return (
    <s-stack gap="small-400">
      {text && <s-text>{text}</s-text>}
      {reason && (
        <s-text type="small" color="subdued">
          {reason}
        </s-text>
      )}
    </s-stack>
  )
}

/** What membership is worth; and, as on product and thank-you pages, that a guest's points are not lost. */
function Invitation(props: { shop: CheckoutShop; wording: Wording; worth: string; reason: string | null }) {
  const { shop, wording, worth, reason } = props
  return (
    <s-banner tone="info">
      <s-stack gap="small-200">
        <s-stack accessibilityRole="status">
          <Earned reason={reason} text={wording.say('anonymous', { points: worth })} />
          <s-text type="small" color="subdued">
            {wording.say('anonymousHint')}
          </s-text>
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
  reason: string | null
  membership: Membership
  /** What the order earns is not known yet. */
  asking: boolean
}) {
  const { shop, wording, worth, reason, membership, asking } = props
  const { member, pointName } = membership
  if (!member) return null
  const points = (count: number) => wording.points(count, pointName)
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
          {asking && (
            <s-skeleton-paragraph content={wording.say('earn', { points: typicalPoints(wording) })} />
          )}
          {(worth || reason) && (
            <Earned reason={reason} text={worth && wording.say('earn', { points: worth })} />
          )}
        </s-stack>
        {member.debt ? (
          <s-text color="subdued">{wording.say('debt', { points: points(member.debt) })}</s-text>
        ) : null}
        <CheckoutCodes {...{ shop, wording }} codes={membership.codes} />
        <CheckoutGoal {...{ shop, wording, membership }} storefrontUrl={shop.shop.storefrontUrl} />
      </s-stack>
    </s-box>
  )
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

/** What the cart earns as it is now. While a changed cart is being asked for, the last answer stays. */
function usePreview(shop: CheckoutShop, app: AppApi, locale: string): Answer<Preview> {
  const [preview, setPreview] = useState<Answer<Preview>>(undefined)
  const asked = useRef(false)
  // The signals change identity with every update of the checkout; ask again only when the amounts differ.
  const question = JSON.stringify(previewQuestion(shop, locale))
  useEffect(() => {
    const left = new AbortController()
    const cart = JSON.parse(question) as PreviewQuestion
    const timer = setTimeout(
      () => {
        asked.current = true
        const answer = cart.lines.length === 0 ? Promise.resolve(NOTHING) : app.preview(cart, left.signal)
        answer.then(
          (told) => left.signal.aborted || setPreview(told),
          () => left.signal.aborted || setPreview(null),
        )
      },
      asked.current ? STILL_MS : 0,
    )
    return () => {
      clearTimeout(timer)
      left.abort()
    }
  }, [app, question])
  return preview
}

const NOTHING: Preview = { points: 0, reason: null }
