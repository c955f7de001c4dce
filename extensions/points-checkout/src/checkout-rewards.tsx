/** What the shopper can take off this order: her open codes, and what her points suffice for or are on the way to. */
import { useState } from 'preact/hooks'
import type { Membership, OpenCode, ReachableReward } from './app-api.ts'
import { GoalPlace } from './loading.tsx'
import type { Bought } from './preview-lines.ts'
import { storefrontAddress } from './storefront-address.ts'
import type { Wording } from './wording.ts'

/** More would push the payment out of sight; the rest is in the shop's panel. */
const MOST_SHOWN = 3

/** Shopify's part of the checkout where codes are entered. */
export interface DiscountField {
  discountCodes: { readonly value: readonly { code: string }[] }
  lines: Bought['lines']
  instructions: {
    readonly value: { discounts: { canUpdateDiscountCodes: boolean }; lines?: { canAddCartLine: boolean } }
  }
  applyCartLinesChange(change: {
    type: 'addCartLine'
    merchandiseId: string
    quantity: number
  }): Promise<{ type: 'success' } | { type: 'error'; message: string }>
  applyDiscountCodeChange(change: {
    type: 'addDiscountCode'
    code: string
  }): Promise<{ type: 'success' } | { type: 'error'; message: string }>
}

interface CodesProps {
  shop: DiscountField
  wording: Wording
  codes: OpenCode[]
}

export function CheckoutCodes({ shop, wording, codes }: CodesProps) {
  if (codes.length === 0) return null
  return (
    <s-stack gap="small-200">
      <s-text type="strong">{wording.say('codes.heading')}</s-text>
      {codes.slice(0, MOST_SHOWN).map((code) => (
        <Code key={code.id} {...{ code, shop, wording }} />
      ))}
    </s-stack>
  )
}

interface GoalProps {
  shop: DiscountField
  storefrontUrl?: string
  wording: Wording
  membership: Membership
}

const isEntered = (shop: DiscountField, { code }: OpenCode) =>
  shop.discountCodes.value.some((one) => one.code.toUpperCase() === code.toUpperCase())

/**
 * What can be redeemed, else the way to the next reward: one of them in one place, which it has before the app answers.
 * The shop's panel, which the link opens, has all of them and turns points into a code. A reward whose code is on the
 * order is not offered once more: Shopify takes no second one of its kind.
 */
export function CheckoutGoal({ shop, storefrontUrl, wording, membership }: GoalProps) {
  const { member, pointName, codes } = membership
  const taken = new Set(codes.filter((code) => isEntered(shop, code)).map(({ rewardId }) => rewardId))
  const rewards = membership.rewards.filter(({ id }) => !taken.has(id))
  const [first] = rewards
  const nextReward = member?.nextReward
  if (first) return <InReach {...{ first, count: rewards.length, pointName, storefrontUrl, wording }} />
  if (!nextReward || nextReward.missing <= 0) return null
  const way = wording.say('nextReward', {
    points: wording.points(nextReward.missing, pointName),
    reward: wording.local(nextReward.name),
  })
  return (
    <GoalPlace>
      <s-progress
        max={nextReward.cost}
        value={nextReward.cost - nextReward.missing}
        accessibilityLabel={way}
      />
      <s-text type="small" color="subdued">
        {way}
      </s-text>
    </GoalPlace>
  )
}

interface InReachProps extends Pick<GoalProps, 'storefrontUrl' | 'wording'> {
  first: ReachableReward
  /** How many rewards are in reach. */
  count: number
  pointName: Membership['pointName']
}

function InReach({ first, count, pointName, storefrontUrl, wording }: InReachProps) {
  return (
    <GoalPlace>
      <s-text>
        {wording.say('rewards.first', { reward: first.name, points: wording.points(first.cost, pointName) })}
      </s-text>
      {storefrontUrl && (
        <s-link href={storefrontAddress(storefrontUrl, '/cart#stammgast')}>
          {wording.say(count === 1 ? 'rewards.redeem' : 'rewards.redeemOne', { number: String(count) })}
        </s-link>
      )}
    </GoalPlace>
  )
}

function Code({ code, shop, wording }: { code: OpenCode; shop: DiscountField; wording: Wording }) {
  const { applying, refused, apply } = useApply(shop, code)
  const reward = code.rewardName
  const entered = isEntered(shop, code)
  const canEnter = shop.instructions.value.discounts.canUpdateDiscountCodes
  return (
    <s-stack gap="small-400">
      <s-text>{wording.say('codes.one', { reward, date: wording.day(code.validUntil) })}</s-text>
      {!entered && canEnter && (
        <s-button
          variant="secondary"
          loading={applying}
          accessibilityLabel={wording.say('codes.applyThis', { reward })}
          onClick={apply}
        >
          {wording.say('codes.apply')}
        </s-button>
      )}
      {!entered && !canEnter && (
        <s-text color="subdued">{wording.say('codes.enter', { code: code.code })}</s-text>
      )}
      <s-stack accessibilityRole="status">
        {entered && <s-text tone="success">{wording.say('codes.applied')}</s-text>}
        {refused && !entered && (
          <s-text tone="critical">{wording.say('codes.refused', { code: code.code })}</s-text>
        )}
      </s-stack>
    </s-stack>
  )
}

/** The article of which one is free is put among the lines, unless one is there or the checkout's lines cannot be changed. */
async function addFree(shop: DiscountField, { variant }: OpenCode) {
  if (!variant || !shop.instructions.value.lines?.canAddCartLine) return
  const merchandiseId = `gid://shopify/ProductVariant/${variant}`
  if (shop.lines.value.some(({ merchandise }) => merchandise.id === merchandiseId)) return
  // Without it Shopify refuses the code, which is told.
  await shop.applyCartLinesChange({ type: 'addCartLine', merchandiseId, quantity: 1 }).catch(() => {})
}

/** Even where codes may be entered Shopify can refuse one: another cannot be combined, the cart is too small. */
function useApply(shop: DiscountField, code: OpenCode) {
  const [state, setState] = useState<'idle' | 'applying' | 'refused'>('idle')
  async function apply(): Promise<void> {
    if (state === 'applying') return
    setState('applying')
    await addFree(shop, code)
    const answer = await shop
      .applyDiscountCodeChange({ type: 'addDiscountCode', code: code.code })
      .catch(() => ({ type: 'error' as const }))
    setState(answer.type === 'error' ? 'refused' : 'idle')
  }
  return { applying: state === 'applying', refused: state === 'refused', apply: () => void apply() }
}
