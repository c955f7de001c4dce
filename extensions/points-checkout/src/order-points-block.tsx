/** After the purchase: what this order earned, when it becomes available, and the new balance. */
import { useEffect, useState } from 'preact/hooks'
import type { AppApi, Membership, OrderPoints } from './app-api.ts'
import { LoadingBanner, LoadingBox, typicalDay, typicalPoints } from './loading.tsx'
import { type Bought, previewQuestion } from './preview-lines.ts'
import { SignInLink } from './sign-in-link.tsx'
import type { Wording } from './wording.ts'

/** The webhook needs a moment to reach the app and to be settled: about 20 seconds of patience in all. */
const RETRY_MS = [1_000, 1_500, 2_500, 4_000, 5_000, 6_000]

export interface OrderPointsBlockProps {
  orderId: string
  /** As Shopify tells it on both pages after the purchase. */
  bought: Bought
  signedIn: boolean
  storefrontUrl?: string
  app: AppApi
  wording: Wording
}

interface Answers {
  order: OrderPoints
  membership: Membership
  /** Whether a guest's order brings anything; the points themselves follow from the order alone. */
  guestEarns: boolean
  /** More questions will follow. */
  asking: boolean
}

export function OrderPointsBlock(props: OrderPointsBlockProps) {
  const { signedIn, storefrontUrl, wording } = props
  const answers = useOrderPoints(props)
  if (answers === 'failed') return null
  if (answers === undefined) return <Loading {...{ signedIn, wording }} />
  if (answers.membership.member === null && !signedIn) {
    return <Guest {...{ answers, storefrontUrl, wording }} />
  }
  const balance = answers.asking ? null : balanceText(answers, wording)
  return (
    <s-box padding="base" border="base" borderRadius="base">
      <s-stack gap="small-200">
        <s-heading>{wording.say('heading')}</s-heading>
        <s-stack accessibilityRole="status" gap="small-200">
          {answers.asking && <Calculating {...{ answers, wording }} />}
          {!answers.asking && <s-text>{earnedText(answers, wording)}</s-text>}
          {balance && <s-text color="subdued">{balance}</s-text>}
        </s-stack>
      </s-stack>
    </s-box>
  )
}

function Loading({ signedIn, wording }: { signedIn: boolean; wording: Wording }) {
  if (!signedIn) return <LoadingBanner wording={wording} texts={[wording.say('order.guestWaiting')]} />
  const points = typicalPoints(wording)
  return (
    <LoadingBox
      wording={wording}
      texts={[typicalEarned(wording), wording.say('order.newBalance', { points })]}
    />
  )
}

/** The words stand where the balance will, below the place of the points. */
function Calculating({ answers, wording }: { answers: Answers; wording: Wording }) {
  return (
    <>
      <s-skeleton-paragraph content={typicalEarned(wording)} />
      <s-stack direction="inline" gap="small-200" alignItems="center">
        <s-spinner size="small" accessibilityLabel={wording.say('loading')} />
        <s-text>{earnedText(answers, wording)}</s-text>
      </s-stack>
    </>
  )
}

function typicalEarned(wording: Wording): string {
  return wording.say('order.pending', { points: typicalPoints(wording), date: typicalDay(wording) })
}

function Guest(props: { answers: Answers; storefrontUrl?: string; wording: Wording }) {
  const { answers, storefrontUrl, wording } = props
  const { order, membership, guestEarns } = answers
  let text = wording.say('order.guest')
  if (order.points > 0)
    text = wording.say('order.guestWorth', { points: wording.points(order.points, membership.pointName) })
  else if (guestEarns) text = wording.say('order.guestWaiting')
  return (
    <s-banner tone="info">
      <s-stack gap="small-200">
        <s-text>{text}</s-text>
        <SignInLink storefrontUrl={storefrontUrl} wording={wording} />
      </s-stack>
    </s-banner>
  )
}

function earnedText({ order, membership, asking }: Answers, wording: Wording): string {
  if (order.status === 'unknown') return wording.say(asking ? 'order.calculating' : 'order.later')
  if (order.status === 'unpaid') return wording.say('order.unpaid')
  if (order.points === 0) return wording.say('order.none')
  const points = wording.points(order.points, membership.pointName)
  if (order.status === 'available') return wording.say('order.available', { points })
  if (!order.availableAt) return wording.say('order.pendingUndated', { points })
  return wording.say('order.pending', { points, date: wording.date(order.availableAt) })
}

/** An order that has brought nothing, or nothing yet, makes no new balance. */
function balanceText({ order, membership }: Answers, wording: Wording): string | null {
  const { member, pointName } = membership
  if (!member) return null
  const points = wording.points(member.available, pointName)
  const pending = member.pending === 0 ? null : wording.points(member.pending, pointName)
  if (order.points > 0 && (order.status === 'available' || order.status === 'pending')) {
    return pending === null
      ? wording.say('order.newBalance', { points })
      : wording.say('order.newBalancePending', { points, pending })
  }
  return pending === null
    ? wording.say('order.balance', { points })
    : wording.say('order.balancePending', { points, pending })
}

/**
 * Asks until the app knows the order, or patience ends. The balance is read after it, so that it includes it. The
 * app tells an order's points to nobody but its buyer: a guest is not asked for twice, and what her order brings is
 * reckoned from what she bought.
 */
function useOrderPoints(props: OrderPointsBlockProps): Answers | 'failed' | undefined {
  const { app, bought, signedIn } = props
  const { locale } = props.wording
  const orderId = orderGid(props.orderId)
  const [answers, setAnswers] = useState<Answers | 'failed' | undefined>(undefined)
  useEffect(() => {
    const left = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let shown = false

    async function ask(attempt: number): Promise<void> {
      const order = await app.orderPoints(orderId, locale, left.signal)
      const membership = await app.membership(locale, left.signal)
      if (left.signal.aborted) return
      const known = order.status !== 'unknown'
      const guest = membership.member === null && !signedIn
      const delay = known || guest ? undefined : RETRY_MS[attempt]
      const guestEarns = guest && !known && (await earnsAnything(app, bought, locale, left.signal))
      if (left.signal.aborted) return
      setAnswers({ order, membership, guestEarns, asking: delay !== undefined })
      shown = true
      if (delay !== undefined) timer = setTimeout(() => start(attempt + 1), delay)
    }

    function start(attempt: number) {
      ask(attempt).catch(() => {
        if (left.signal.aborted) return
        // What was shown stays true, only the spinner ends; without anything to show the block stays away.
        setAnswers((last) => (shown && last && last !== 'failed' ? { ...last, asking: false } : 'failed'))
      })
    }

    start(0)
    return () => {
      left.abort()
      clearTimeout(timer)
    }
  }, [app, bought, orderId, locale, signedIn])
  return answers
}

/** No, where it cannot be told: a guest is promised nothing that may not come. */
async function earnsAnything(
  app: AppApi,
  bought: Bought,
  locale: string,
  signal: AbortSignal,
): Promise<boolean> {
  const question = previewQuestion(bought, locale)
  if (question.lines.length === 0) return false
  return app.preview(question, signal).then(
    ({ points }) => points !== null && points > 0,
    () => false,
  )
}

/** The thank-you page may say "gid://shopify/OrderIdentity/1" for what the Admin API calls "…/Order/1". */
export function orderGid(id: string): string {
  return `gid://shopify/Order/${id.split('/').pop()}`
}
