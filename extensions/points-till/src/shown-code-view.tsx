/** What is to be done for a member who shows a code: done, not done after all, or taken back. */
import { useState } from 'preact/hooks'
import type { App, ShownCode } from './app-api.ts'
import type { Wording } from './wording.ts'

interface ShownCodeViewProps {
  app: App
  wording: Wording
  online: boolean
  code: ShownCode
  /** Looks it up anew. */
  again(code: string): void
  toMember(customerId: string): void
}

const STATES = { ready: 'open', used: 'done', returned: 'returned' } as const

export function ShownCodeView({ app, wording, online, code, again, toMember }: ShownCodeViewProps) {
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  async function mark(deed: 'done' | 'undo' | 'cancel') {
    setBusy(true)
    setProblem('')
    try {
      await app.deed(deed, code.id)
      again(code.code)
    } catch (error) {
      setProblem(wording.refusal(error))
    }
    setBusy(false)
  }
  const off = busy || !online
  const { customerId } = code
  const name = code.name ?? (customerId && wording.say('member.unnamed', { number: customerId }))
  return (
    <s-stack gap="base">
      <s-heading>{code.rewardName}</s-heading>
      <s-text>{code.code}</s-text>
      {name && <s-text>{wording.say('shown.for', { name })}</s-text>}
      <s-badge tone={code.status === 'used' ? 'success' : 'info'}>
        {wording.say(`shown.${STATES[code.status]}`)}
      </s-badge>
      {problem && <s-banner tone="critical" heading={problem} />}
      {code.status === 'ready' && (
        <s-button variant="primary" disabled={off} onClick={() => mark('done')}>
          {wording.say('shown.markDone')}
        </s-button>
      )}
      {code.status === 'ready' && (
        <s-button disabled={off} onClick={() => mark('cancel')}>
          {wording.say('shown.cancel')}
        </s-button>
      )}
      {code.status === 'used' && code.undoable && (
        <s-button disabled={off} onClick={() => mark('undo')}>
          {wording.say('shown.undo')}
        </s-button>
      )}
      {customerId && <s-button onClick={() => toMember(customerId)}>{wording.say('shown.member')}</s-button>}
    </s-stack>
  )
}
