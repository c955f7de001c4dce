/** A member at the till: balance, rewards, open codes, her card. */
import { useState } from 'preact/hooks'
import type { App, Balance, Code, Member } from './app-api.ts'
import type { Desk } from './pos.ts'
import { applyCode, type Redeem, type RedeemResult, useRedeem } from './redeem.ts'
import { Rewards } from './rewards.tsx'
import type { Wording } from './wording.ts'

interface MemberViewProps {
  desk: Desk
  app: App
  wording: Wording
  online: boolean
  found: Member
  /** Reads her anew. */
  again(): void
  /** Looks up what people are to do for her. */
  showCode(code: string): void
}

export function MemberView(props: MemberViewProps) {
  const { desk, app, wording, online, found, again, showCode } = props
  const { customerId, name, card, member, rewards, codes, pointName } = found
  const [told, setTold] = useState<{ text: string; bad: boolean } | null>(null)
  const { busy, redeem } = useRedeem(desk, app, customerId)

  /** One thing at a time: what came of it is said, and all is read anew. */
  async function tell(work: () => Promise<RedeemResult>) {
    setTold(null)
    try {
      const { text, bad = false, show } = await work()
      setTold({ text, bad })
      if (!bad) desk.toast.show(text)
      if (show) return showCode(show)
    } catch (error) {
      setTold({ text: wording.refusal(error), bad: true })
    }
    again()
  }
  const redeemThis: Redeem = (reward, price) => tell(() => redeem(reward, price, wording))
  return (
    <s-stack gap="base">
      <s-heading>{name ?? wording.say('member.unnamed', { number: customerId })}</s-heading>
      <Balances {...{ member, wording, pointName }} />
      {told && <s-banner tone={told.bad ? 'critical' : 'success'} heading={told.text} />}
      <Rewards
        {...{ rewards, wording, pointName }}
        open={online && !busy}
        making={busy}
        redeem={redeemThis}
      />
      {codes.length > 0 && (
        <s-section heading={wording.say('codes.heading')}>
          <s-stack gap="base">
            {codes.map((code) => (
              <OpenCode
                key={code.id}
                {...{ code, wording, showCode }}
                open={online && !busy}
                apply={() => tell(() => applyCode(desk, code, wording))}
                giveBack={() => tell(() => giveBack(app, customerId, code, wording))}
              />
            ))}
          </s-stack>
        </s-section>
      )}
      <s-section heading={wording.say('member.card')}>
        <s-text>{card}</s-text>
      </s-section>
    </s-stack>
  )
}

async function giveBack(app: App, customerId: string, code: Code, wording: Wording): Promise<RedeemResult> {
  const { redemption } = await app.giveBack(customerId, code.id)
  if (redemption?.status !== 'returned') return { text: wording.say('codes.ending') }
  return { text: wording.say('codes.returned', { reward: code.rewardName }) }
}

interface BalancesProps extends Pick<Member, 'pointName'> {
  member: Balance
  wording: Wording
}

function Balances({ member: { available, pending, debt, nextReward }, wording, pointName }: BalancesProps) {
  const points = (count: number) => ({ points: wording.points(count, pointName) })
  return (
    <s-stack gap="small">
      <s-text type="strong">{wording.say('member.balance', points(available))}</s-text>
      {pending > 0 && <s-text color="subdued">{wording.say('member.pending', points(pending))}</s-text>}
      {debt > 0 && <s-text tone="warning">{wording.say('member.debt', points(debt))}</s-text>}
      {nextReward && nextReward.missing > 0 && (
        <s-text>
          {wording.say('member.next', {
            ...points(nextReward.missing),
            reward: wording.local(nextReward.name),
          })}
        </s-text>
      )}
    </s-stack>
  )
}

interface OpenCodeProps {
  code: Code
  wording: Wording
  open: boolean
  apply(): void
  giveBack(): void
  showCode(code: string): void
}

function OpenCode({ code, wording, open, apply, giveBack, showCode }: OpenCodeProps) {
  const { rewardName: reward, validUntil, code: text, toShow, status } = code
  const ready = status === 'ready' && text !== null
  return (
    <s-stack gap="small">
      <s-text>{wording.say('codes.line', { reward, date: wording.day(validUntil) })}</s-text>
      <s-text color="subdued">{text ?? wording.say('rewards.making')}</s-text>
      {ready && (
        <s-stack direction="inline" gap="small">
          {toShow === null ? (
            <s-button variant="primary" disabled={!open} onClick={apply}>
              {wording.say('codes.apply')}
            </s-button>
          ) : (
            <s-button variant="primary" disabled={!open} onClick={() => showCode(text)}>
              {wording.say('shown.open')}
            </s-button>
          )}
          <s-button disabled={!open} onClick={giveBack}>
            {wording.say('codes.giveBack')}
          </s-button>
        </s-stack>
      )}
    </s-stack>
  )
}
