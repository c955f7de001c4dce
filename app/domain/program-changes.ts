import type { Program } from './program.ts'

/**
 * What is different between two program documents, for a merchant who is about to publish. Pure; surfaces put the
 * codes into words.
 */
export interface ProgramChange {
  /** The part of the document. */
  part:
    | 'name'
    | 'pointName'
    | 'earning'
    | 'returnWindowDays'
    | 'campaigns'
    | 'stacking'
    | 'tiers'
    | 'rewards'
    | 'expiry'
  kind: 'added' | 'removed' | 'changed'
  /** Of a campaign, tier or reward: its id, and the document that still (or already) has it. */
  id?: string
  /** Which fields of it changed: "multiplier", "window.end". */
  fields?: string[]
  before?: unknown
  after?: unknown
}

/** True when the two say the same; the order of keys, which the database does not keep, does not matter. */
export function sameDocument(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b)
}

export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** In the order of the document; empty when both say the same. */
export function programChanges(before: Program, after: Program): ProgramChange[] {
  const changes: ProgramChange[] = []
  for (const part of ['name', 'pointName', 'returnWindowDays', 'stacking', 'expiry'] as const) {
    if (!sameDocument(before[part], after[part])) {
      changes.push({ part, kind: 'changed', before: before[part], after: after[part] })
    }
  }
  changes.push(...fieldChanges('earning', before.earning, after.earning))
  changes.push(...listChanges('campaigns', before.campaigns, after.campaigns))
  const { levels: levelsBefore, ...ladderBefore } = before.tiers
  const { levels: levelsAfter, ...ladderAfter } = after.tiers
  changes.push(...fieldChanges('tiers', ladderBefore, ladderAfter))
  changes.push(...listChanges('tiers', levelsBefore, levelsAfter))
  changes.push(...listChanges('rewards', before.rewards, after.rewards))
  return changes
}

function fieldChanges(part: ProgramChange['part'], before: object, after: object): ProgramChange[] {
  const fields = changedFields(before, after)
  return fields.length ? [{ part, kind: 'changed', fields, before, after }] : []
}

function listChanges(
  part: 'campaigns' | 'tiers' | 'rewards',
  before: { id: string }[],
  after: { id: string }[],
): ProgramChange[] {
  const old = new Map(before.map((item) => [item.id, item]))
  const kept = new Set(after.map((item) => item.id))
  const changes: ProgramChange[] = []
  for (const item of after) {
    const was = old.get(item.id)
    if (!was) changes.push({ part, kind: 'added', id: item.id, after: item })
    else {
      const fields = changedFields(was, item)
      if (fields.length)
        changes.push({ part, kind: 'changed', id: item.id, fields, before: was, after: item })
    }
  }
  for (const item of before) {
    if (!kept.has(item.id)) changes.push({ part, kind: 'removed', id: item.id, before: item })
  }
  return changes
}

function changedFields(before: object, after: object): string[] {
  const a = before as Record<string, unknown>
  const b = after as Record<string, unknown>
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !sameDocument(a[key], b[key]))
}
