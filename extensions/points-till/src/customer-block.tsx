import '@shopify/ui-extensions/preact'
import { render } from 'preact'
import { connectApp } from './app-api.ts'
import { useBalance } from './use-balance.ts'
import { type Wording, wordingOf } from './wording.ts'

export default async () => {
  render(<Block wording={wordingOf(shopify)} />, document.body)
}

function Block({ wording }: { wording: Wording }) {
  const shown = useBalance(shopify, connectApp(shopify), String(shopify.customer.id))
  return (
    <s-pos-block heading={wording.say('title')}>
      <s-stack gap="small">
        {shown === undefined && <s-text color="subdued">{wording.say('loading')}</s-text>}
        {shown?.now && (
          <s-text>
            {wording.say('member.balance', {
              points: wording.points(shown.now.member.available, shown.now.pointName),
            })}
          </s-text>
        )}
        {shown?.known && (
          <s-text>
            {wording.say('member.known', {
              date: wording.moment(shown.known.at),
              points: wording.points(shown.known.points),
            })}
          </s-text>
        )}
        {shown?.refused !== undefined && !shown.known && (
          <s-text tone="warning">{wording.refusal(shown.refused)}</s-text>
        )}
      </s-stack>
      <s-button slot="secondary-actions" onClick={() => shopify.action.presentModal()}>
        {wording.say('title')}
      </s-button>
    </s-pos-block>
  )
}
