/** The way to a member: scanning, or a search by what she says. */
import { useState } from 'preact/hooks'
import type { App, FoundCustomer } from './app-api.ts'
import type { Desk } from './pos.ts'
import type { Wording } from './wording.ts'

interface FindMemberProps {
  desk: Desk
  app: App
  wording: Wording
  /** @returns whether a card or a code was typed, which is looked up then */
  take(text: string): boolean
  open(customerId: string): void
}

type Result = { customers: FoundCustomer[] | null } | { problem: string } | null

export function FindMember({ desk, app, wording, take, open }: FindMemberProps) {
  const [text, setText] = useState('')
  const [result, setResult] = useState<Result>(null)
  const [asking, setAsking] = useState(false)
  async function search() {
    const typed = text.trim()
    if (typed === '' || take(typed)) return
    setAsking(true)
    setResult(await app.search(typed).catch((error) => ({ problem: wording.refusal(error) })))
    setAsking(false)
  }
  return (
    <s-stack gap="base">
      {desk.scanner.sources.current.value.includes('camera') && (
        <s-button onClick={() => desk.scanner.showCameraScanner()}>{wording.say('find.scan')}</s-button>
      )}
      <s-search-field
        placeholder={wording.say('find.hint')}
        value={text}
        onInput={(event) => setText(event.currentTarget.value ?? '')}
      />
      <s-button variant="primary" loading={asking} onClick={search}>
        {wording.say('find.search')}
      </s-button>
      {result && <Results {...{ result, wording, open }} />}
    </s-stack>
  )
}

function Results({
  result,
  wording,
  open,
}: { result: NonNullable<Result> } & Pick<FindMemberProps, 'wording' | 'open'>) {
  if ('problem' in result) return <s-text tone="critical">{result.problem}</s-text>
  if (result.customers === null) return <s-text tone="warning">{wording.say('find.failed')}</s-text>
  if (result.customers.length === 0) return <s-text>{wording.say('find.none')}</s-text>
  return (
    <s-stack gap="base">
      {result.customers.map(({ customerId, name, email, points }) => (
        <s-stack key={customerId} gap="small">
          <s-text type="strong">{name}</s-text>
          <s-text color="subdued">{[email, wording.points(points)].filter(Boolean).join(' · ')}</s-text>
          <s-button onClick={() => open(customerId)}>{wording.say('find.open', { name })}</s-button>
        </s-stack>
      ))}
    </s-stack>
  )
}
