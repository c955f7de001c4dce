import { useFormat } from '../use-format.ts'

interface Props {
  /** 0 to 1. */
  share: number
  /** The id of the words that say what is counted. */
  labelledBy: string
}

/** How far something is. Unlike Polaris's own, read out as the language writes percents: "67 %" in German. */
export function Bar({ share, labelledBy }: Props) {
  const format = useFormat()
  const percent = Math.floor(Math.min(1, Math.max(0, share)) * 100)
  return (
    <div
      role="progressbar"
      aria-labelledby={labelledBy}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={format.percent(percent / 100)}
      style={{
        overflow: 'hidden',
        height: 'var(--p-space-200)',
        borderRadius: 'var(--p-border-radius-100)',
        background: 'var(--p-color-bg-fill-tertiary)',
        forcedColorAdjust: 'none',
      }}
    >
      <div style={{ width: `${percent}%`, height: '100%', background: 'var(--p-color-bg-fill-brand)' }} />
    </div>
  )
}
