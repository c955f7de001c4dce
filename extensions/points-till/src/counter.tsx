/** The modal: finds a member by card, code or search, and shows what she has. */
import { useEffect, useState } from 'preact/hooks'
import type { App, Member, ShownCode } from './app-api.ts'
import { FindMember } from './find-member.tsx'
import { type LastKnown, lastKnown, remember } from './last-known.ts'
import { MemberView } from './member-view.tsx'
import type { Desk } from './pos.ts'
import { isCard, isShownCode } from './scanned.ts'
import { ShownCodeView } from './shown-code-view.tsx'
import type { Wording } from './wording.ts'

export interface CounterProps {
  desk: Desk
  app: App
  wording: Wording
  /** Whom to begin with. */
  customerId: string | null
}

type Shown = { member: Member } | { code: ShownCode } | { known: LastKnown | null } | null

export function Counter(props: CounterProps) {
  const { desk, app, wording, customerId } = props
  const [shown, setShown] = useState<Shown>(null)
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  const online = useOnline(desk)

  async function show(read: () => Promise<Shown>) {
    setBusy(true)
    setProblem('')
    try {
      setShown(await read())
    } catch (error) {
      setProblem(wording.refusal(error))
    }
    setBusy(false)
  }
  const showMember = (read: () => Promise<Member>) => show(() => greet(desk, read))
  const byId = (id: string) => showMember(() => app.member(id))
  /** What was scanned or typed. @returns whether it is something of ours */
  function take(text: string): boolean {
    if (isCard(text)) showMember(() => app.card(text))
    else if (isShownCode(text)) show(async () => ({ code: await app.shownCode(text) }))
    else return false
    return true
  }
  useScanner(desk, take)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whom to begin with is asked once
  useEffect(() => {
    if (customerId === null) return
    if (online) byId(customerId)
    else show(async () => ({ known: await lastKnown(desk.storage, customerId) }))
  }, [])

  return (
    <s-page heading={wording.say('title')}>
      <s-scroll-box>
        <s-stack gap="base" padding="base">
          {!online && (
            <s-banner tone="warning" heading={wording.say('offline.heading')}>
              {wording.say('offline.text')}
            </s-banner>
          )}
          {problem && <s-banner tone="critical" heading={problem} />}
          {busy && <s-text color="subdued">{wording.say('loading')}</s-text>}
          {shown && 'known' in shown && <Known {...{ wording }} known={shown.known} />}
          {shown && 'member' in shown && (
            <MemberView
              key={shown.member.customerId}
              {...{ desk, app, wording, online }}
              found={shown.member}
              again={() => byId(shown.member.customerId)}
              showCode={take}
            />
          )}
          {shown && 'code' in shown && (
            <ShownCodeView {...{ app, wording, online }} code={shown.code} again={take} toMember={byId} />
          )}
          {shown ? (
            <s-button onClick={() => setShown(null)}>{wording.say('find.again')}</s-button>
          ) : (
            <FindMember {...{ desk, app, wording, take }} open={byId} />
          )}
        </s-stack>
      </s-scroll-box>
    </s-page>
  )
}

/** Puts her on the cart, which her codes need, and keeps her balance for when there is no network. */
async function greet({ cart, storage }: Desk, read: () => Promise<Member>): Promise<{ member: Member }> {
  const member = await read()
  await remember(storage, member.customerId, member.member.available, Date.now())
  const id = Number(member.customerId)
  if (cart.current.value.customer?.id !== id) await cart.setCustomer({ id }).catch(() => undefined)
  return { member }
}

function useOnline({ connectivity: { current } }: Desk): boolean {
  const [state, setState] = useState(current.value)
  useEffect(() => {
    setState(current.value)
    return current.subscribe(setState)
  }, [current])
  return state.internetConnected !== 'Disconnected'
}

/** Scanners answer only while a modal is open. What is not ours, as a barcode of goods, passes by. */
function useScanner({ scanner }: Desk, take: (text: string) => boolean) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: one subscription for as long as the modal is open
  useEffect(() => {
    // A signal tells a new follower at once what it holds: the last card, of whoever was here before.
    let scanning = false
    const stop = scanner.scannerData.current.subscribe(({ data }) => {
      if (scanning && data && take(data)) scanner.hideCameraScanner()
    })
    scanning = true
    return () => {
      stop()
      scanner.hideCameraScanner()
    }
  }, [])
}

function Known({ known, wording }: { known: LastKnown | null; wording: Wording }) {
  if (!known) return <s-text>{wording.say('offline.nothing')}</s-text>
  const points = wording.points(known.points)
  return <s-text>{wording.say('member.known', { date: wording.moment(known.at), points })}</s-text>
}
