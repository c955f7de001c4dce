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

/** Beyond so many, kinds are one: strangers must not fill the memory instead. */
const MOST_KINDS = 100

/** The same for each kind by itself. */
export function seldomOfKind<T extends object>(
  kindOf: (facts: T) => string,
  say: (facts: T & { leftOut?: number }) => void,
  now?: () => number,
): (facts: T) => void {
  const kinds = new Map<string, (facts: T) => void>()
  return (facts) => {
    const kind = kindOf(facts)
    const known = kinds.has(kind) || kinds.size < MOST_KINDS ? kind : 'any other'
    const told = kinds.get(known) ?? seldom(say, now)
    kinds.set(known, told)
    told(facts)
  }
}
