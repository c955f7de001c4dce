/** So long the log hears no more of the same. */
const QUIET_MS = 60_000

/**
 * For what strangers can cause as often as they like: says the first at once and then at most one a minute, with how
 * many were left out since the one before.
 */
export function seldom<T extends object>(
  say: (facts: T & { leftOut?: number }) => void,
  now: () => number = () => performance.now(),
): (facts: T) => void {
  let quietUntil = Number.NEGATIVE_INFINITY
  let leftOut = 0
  return (facts) => {
    if (now() < quietUntil) {
      leftOut++
      return
    }
    say(leftOut > 0 ? { ...facts, leftOut } : facts)
    quietUntil = now() + QUIET_MS
    leftOut = 0
  }
}
