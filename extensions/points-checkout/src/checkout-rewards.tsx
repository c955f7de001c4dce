/** What the shopper can take off this order: her open codes, and the rewards that her points suffice for. */
import { useState } from 'preact/hooks'
import type { Membership, OpenCode } from './app-api.ts'
import { storefrontAddress } from './storefront-address.ts'
import type { Wording } from './wording.ts'

/** More would push the payment out of sight; the rest is in the shop's panel. */
const MOST_SHOWN = 3

/** Shopify's part of the checkout where codes are entered. */
export interface DiscountField {
  discountCodes: { readonly value: readonly { code: string }[] }
  instructions: { readonly value: { discounts: { canUpdateDiscountCodes: boolean } } }
  applyDiscountCodeChange(change: {
    type: 'addDiscountCode'
    code: string
  }): Promise<{ type: 'success' } | { type: 'error'; message: string }>
}

interface CheckoutRewardsProps {
  shop: DiscountField
  storefrontUrl?: string
  wording: Wording
  membership: Membership
}

export function CheckoutRewards({ shop, storefrontUrl, wording, membership }: CheckoutRewardsProps) {
  const codes = membership.codes.slice(0, MOST_SHOWN)
  const rewards = membership.rewards.slice(0, MOST_SHOWN)
  return (
    <>
      {codes.length > 0 && (
        <s-stack gap="small-200">
          <s-text type="strong">{wording.say('codes.heading')}</s-text>
          {codes.map((code) => (
            <Code key={code.id} {...{ code, shop, wording }} />
          ))}
        </s-stack>
      )}
      {rewards.length > 0 && (
        <s-stack gap="small-400">
          <s-text type="strong">{wording.say('rewards.heading')}</s-text>
          {rewards.map(({ id, name, cost }) => (
            <s-text key={id}>
              {wording.say('rewards.one', {
                reward: name,
                points: wording.points(cost, membership.pointName),
              })}
            </s-text>
          ))}
          {/* Points are turned into a code in the shop's panel, which this link opens. */}
          {storefrontUrl && (
            <s-link href={storefrontAddress(storefrontUrl, '/cart#stammgast')}>
              {wording.say('rewards.redeem')}
            </s-link>
          )}
        </s-stack>
      )}
    </>
  )
}

function Code({ code, shop, wording }: { code: OpenCode; shop: DiscountField; wording: Wording }) {
  const { applying, refused, apply } = useApply(shop, code.code)
  const reward = code.rewardName
  const entered = shop.discountCodes.value.some((one) => one.code.toUpperCase() === code.code.toUpperCase())
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

/** Even where codes may be entered Shopify can refuse one: another cannot be combined, the cart is too small. */
function useApply(shop: DiscountField, code: string) {
  const [state, setState] = useState<'idle' | 'applying' | 'refused'>('idle')
  async function apply(): Promise<void> {
    if (state === 'applying') return
    setState('applying')
    const answer = await shop
      .applyDiscountCodeChange({ type: 'addDiscountCode', code })
      .catch(() => ({ type: 'error' as const }))
    setState(answer.type === 'error' ? 'refused' : 'idle')
  }
  return { applying: state === 'applying', refused: state === 'refused', apply: () => void apply() }
}
