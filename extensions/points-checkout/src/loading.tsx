/** What stands in a block's place until the app has answered: as large as what will come, so that nothing moves then. */
import type { Wording } from './wording.ts'

/** Points and days as they mostly are: their texts break into lines where the real ones will. */
const TYPICAL_POINTS = 100
const TYPICAL_WAIT_MS = 14 * 86_400_000

export function LoadingBox({ wording, texts }: { wording: Wording; texts: string[] }) {
  return (
    <s-box padding="base" border="base" borderRadius="base">
      <s-stack gap="small-200">
        <s-heading>{wording.say('heading')}</s-heading>
        <Lines {...{ wording, texts }} />
      </s-stack>
    </s-box>
  )
}

export function LoadingBanner({ wording, texts }: { wording: Wording; texts: string[] }) {
  return (
    <s-banner tone="info">
      <Lines wording={wording} texts={[...texts, wording.say('signIn')]} />
    </s-banner>
  )
}

function Lines({ wording, texts }: { wording: Wording; texts: string[] }) {
  return (
    <s-stack gap="small-200" accessibilityLabel={wording.say('loading')}>
      {texts.map((text) => (
        <s-skeleton-paragraph key={text} content={text} />
      ))}
    </s-stack>
  )
}

export function typicalPoints(wording: Wording): string {
  return wording.points(TYPICAL_POINTS)
}

export function typicalDay(wording: Wording): string {
  return wording.date(new Date(Date.now() + TYPICAL_WAIT_MS).toISOString())
}
