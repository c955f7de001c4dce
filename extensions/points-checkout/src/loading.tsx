/** What stands in a block's place until the app has answered: as large as what will come, so that nothing moves then. */
import type { ComponentChildren } from 'preact'
import type { Wording } from './wording.ts'

/** Points and days as they mostly are: their texts break into lines where the real ones will. */
const TYPICAL_POINTS = 100
const TYPICAL_WAIT_MS = 14 * 86_400_000

/** Small type is about an eighth smaller and breaks a little earlier: so much of a text takes its lines. */
const SMALL = 0.92

interface LoadingBoxProps {
  wording: Wording
  texts: string[]
  /** What stands below a bar of progress. */
  progress?: string
}

export function LoadingBox({ wording, texts, progress }: LoadingBoxProps) {
  return (
    <s-box padding="base" border="base" borderRadius="base">
      <s-stack gap="small-200">
        <s-heading>{wording.say('heading')}</s-heading>
        <Lines {...{ wording, texts }} />
        {progress && (
          <GoalPlace>
            <s-progress accessibilityLabel={wording.say('loading')} />
            <s-skeleton-paragraph content={asSmall(progress)} />
          </GoalPlace>
        )}
      </s-stack>
    </s-box>
  )
}

/** As high as a reward in reach with its link, whichever goal stands in it. */
const GOAL_HEIGHT = '52px'

export function GoalPlace({ children }: { children: ComponentChildren }) {
  return (
    <s-box minBlockSize={GOAL_HEIGHT}>
      <s-stack gap="small-400">{children}</s-stack>
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

export function asSmall(text: string): string {
  return text.slice(0, Math.ceil(text.length * SMALL))
}

export function typicalPoints(wording: Wording): string {
  return wording.points(TYPICAL_POINTS)
}

export function typicalDay(wording: Wording): string {
  return wording.date(new Date(Date.now() + TYPICAL_WAIT_MS).toISOString())
}
