/** What a member can take, and what stands against the rest. */
import { useState } from 'preact/hooks'
import type { Member, Reward } from './app-api.ts'
import type { Redeem } from './redeem.ts'
import type { Wording } from './wording.ts'

interface RewardsProps extends Pick<Member, 'pointName'> {
  rewards: Reward[]
  wording: Wording
  open: boolean
  /** A reward is being made. */
  making: boolean
  redeem: Redeem
}

export function Rewards({ rewards, making, wording, ...rest }: RewardsProps) {
  return (
    <s-section heading={wording.say('rewards.heading')}>
      <s-stack gap="base">
        {rewards.length === 0 && <s-text>{wording.say('rewards.none')}</s-text>}
        {making && <s-text color="subdued">{wording.say('rewards.making')}</s-text>}
        {rewards.map((reward) => (
          <OneReward key={reward.id} {...{ reward, wording, ...rest }} />
        ))}
      </s-stack>
    </s-section>
  )
}

interface OneRewardProps extends Omit<RewardsProps, 'rewards' | 'making'> {
  reward: Reward
}

function OneReward({ reward, wording, pointName, open, redeem }: OneRewardProps) {
  const { cost, choice, available, affordable, missing } = reward
  const [price, setPrice] = useState(cost)
  const amount = (points: number) => wording.points(points, pointName)
  return (
    <s-stack gap="small">
      <s-text type="strong">{reward.name}</s-text>
      <s-text color="subdued">{reward.description}</s-text>
      {!available && <s-text tone="warning">{refusalText(reward, wording)}</s-text>}
      {available && !affordable && (
        <s-text>{wording.say('rewards.missing', { points: amount(missing) })}</s-text>
      )}
      {available && affordable && choice && (
        <s-number-field
          label={wording.say('rewards.amount', { reward: reward.name })}
          details={wording.say('rewards.steps', {
            least: amount(cost),
            most: amount(choice.most),
            step: amount(choice.step),
          })}
          min={cost}
          max={choice.most}
          value={String(price)}
          onChange={(event) => setPrice(Number(event.currentTarget.value))}
        />
      )}
      {available && affordable && (
        <s-button variant="primary" disabled={!open} onClick={() => redeem(reward, price)}>
          {wording.say('rewards.redeem', { points: amount(price) })}
        </s-button>
      )}
    </s-stack>
  )
}

/** The reasons for which `locales/` has words; the app tells the others in the language that was asked for. */
const OWN = ['tier', 'once', 'debt', 'inactive']

function refusalText({ reason, why }: Reward, wording: Wording): string {
  if (reason !== null && OWN.includes(reason)) return wording.say(`rewards.why.${reason}`)
  return why ?? wording.say('refused.reward-unavailable')
}
