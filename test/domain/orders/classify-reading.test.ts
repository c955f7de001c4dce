import { describe, expect, test } from 'vitest'
import {
  classify,
  type Known,
  mustBeLeft,
  type Source,
  type Told,
  type Treatment,
} from '../../../app/domain/orders/classify-reading.ts'

const SOURCES = {
  delivery: { origin: 'delivery' },
  read: { origin: 'read' },
  award: { origin: 'read', past: 'award' },
  history: { origin: 'read', past: 'history' },
  again: { origin: 'again' },
  'taken back': { origin: 'again', past: 'taken-back' },
} satisfies Record<string, Source>
type How = keyof typeof SOURCES

const SECOND = 1000
const KNOWN_AT = 5 * SECOND
const STATES = {
  older: { updatedAt: KNOWN_AT - SECOND, digest: 2 },
  'older, same content': { updatedAt: KNOWN_AT - SECOND, digest: 1 },
  same: { updatedAt: KNOWN_AT, digest: 1 },
  'other of one second': { updatedAt: KNOWN_AT, digest: 2 },
  'newer, same content': { updatedAt: KNOWN_AT + SECOND, digest: 1 },
  newer: { updatedAt: KNOWN_AT + SECOND, digest: 2 },
}
type State = keyof typeof STATES
const DISPUTES = ['none', 'open', 'lost'] as const

const keys = <K extends string>(of: Record<K, unknown>) => Object.keys(of) as K[]

/** The reading's state or the known one, and as what: "reading", "known, award", "known, in-doubt"; else the outcome. */
function words(treatment: Treatment): string {
  const { judge, outcome } = treatment
  if (judge === 'nothing') return outcome
  return [judge, treatment.as, outcome].filter((word) => word !== 'usual' && word !== 'settled').join(', ')
}

/** Nothing is known of the order. */
const NEW: Record<How, string> = {
  delivery: 'reading',
  read: 'reading',
  award: 'reading, award',
  history: 'reading, history',
  again: 'reading',
  'taken back': 'reading, history',
}

/** A version has judged the order, and its chargebacks were counted; then they were not; then both of an unjudged one. */
type Row = [judged: string, missed: string, unjudged: string, missedAndUnjudged: string]
const all = (one: string): Row => [one, one, one, one]
const idle = (one: string, asked: string): Row => [one, 'known', asked, asked]
const TABLE: Record<How, Record<State, Row>> = {
  delivery: {
    older: ['superseded', 'known', 'superseded', 'known'],
    'older, same content': ['superseded', 'known', 'superseded', 'known'],
    same: ['unchanged', 'known', 'unchanged', 'known'],
    'other of one second': ['in-doubt', 'known, in-doubt', 'in-doubt', 'known, in-doubt'],
    'newer, same content': all('reading'),
    newer: all('reading'),
  },
  read: {
    older: ['superseded', 'known', 'superseded', 'known'],
    'older, same content': ['superseded', 'known', 'superseded', 'known'],
    same: ['unchanged', 'known', 'unchanged', 'known'],
    'other of one second': all('reading'),
    'newer, same content': all('reading'),
    newer: all('reading'),
  },
  award: {
    older: idle('superseded', 'known, award'),
    'older, same content': idle('superseded', 'known, award'),
    same: idle('unchanged', 'known, award'),
    'other of one second': ['reading', 'reading', 'reading, award', 'reading, award'],
    'newer, same content': ['reading', 'reading', 'reading, award', 'reading, award'],
    newer: ['reading', 'reading', 'reading, award', 'reading, award'],
  },
  history: {
    older: idle('superseded', 'known, history'),
    'older, same content': idle('superseded', 'known, history'),
    same: idle('unchanged', 'known, history'),
    'other of one second': ['reading', 'reading', 'reading, history', 'reading, history'],
    'newer, same content': ['reading', 'reading', 'reading, history', 'reading, history'],
    newer: ['reading', 'reading', 'reading, history', 'reading, history'],
  },
  again: {
    older: all('known'),
    'older, same content': all('known'),
    same: all('known'),
    'other of one second': all('known'),
    'newer, same content': all('known'),
    newer: all('known'),
  },
  'taken back': {
    older: all('known, history'),
    'older, same content': all('known, history'),
    same: all('known, history'),
    'other of one second': all('known, history'),
    'newer, same content': all('known, history'),
    newer: all('known, history'),
  },
}

interface Case {
  name: string
  told: Told
  known: Known | undefined
  expected: string
}

/** Every source, with every state of an order beside every one that can be known of it. */
function everyCase(): Case[] {
  const cases: Case[] = []
  for (const how of keys(SOURCES)) {
    const source = SOURCES[how]
    for (const dispute of DISPUTES) {
      const told = { source, ...STATES.newer, dispute }
      cases.push({ name: `${how}, new, ${dispute}`, told, known: undefined, expected: NEW[how] })
      for (const state of keys(STATES))
        for (const before of DISPUTES)
          for (const programVersion of [3, null]) {
            const column = (before === dispute ? 0 : 1) + (programVersion === null ? 2 : 0)
            cases.push({
              name: `${how}, ${state}, ${before} to ${dispute}, ${programVersion === null ? 'unjudged' : 'judged'}`,
              told: { source, ...STATES[state], dispute },
              known: { updatedAt: KNOWN_AT, digest: 1, programVersion, facts: { dispute: before } },
              expected: TABLE[how][state][column] as string,
            })
          }
    }
  }
  return cases
}

/** What is known afterwards; what no version judged before may be judged by one then, or not. */
function applied({ told, known }: Case, treatment: Treatment, version: number | null): Known | undefined {
  if (treatment.judge === 'nothing') return known
  const { updatedAt, digest } = treatment.judge === 'known' && known ? known : told
  return {
    updatedAt,
    digest,
    programVersion: known?.programVersion ?? version,
    facts: { dispute: told.dispute },
  }
}

describe('What is to be done with a reading', () => {
  const cases = everyCase()

  test('every state that can be read beside every one that can be known is as the table says', () => {
    expect(cases).toHaveLength(6 * 3 * (1 + 6 * 3 * 2))
    const found = cases.map(({ name, told, known }) => `${name}: ${words(classify(told, known))}`)
    expect(found).toEqual(cases.map(({ name, expected }) => `${name}: ${expected}`))
  })

  test('what was judged as it was read is unchanged the second time, unless it is asked for once more', () => {
    for (const one of cases)
      for (const version of [3, null]) {
        const first = classify(one.told, one.known)
        if (first.judge !== 'reading') continue
        const known = applied(one, first, version)
        const second = classify(one.told, known)
        const { origin, past } = one.told.source
        const asked = origin === 'again' || (past !== undefined && known?.programVersion === null)
        expect(words(second), one.name).toBe(asked ? words({ ...first, judge: 'known' }) : 'unchanged')
      }
  })

  test('whatever it was, doing it a second time changes nothing in what is known', () => {
    for (const one of cases)
      for (const version of [3, null]) {
        const known = applied(one, classify(one.told, one.known), version)
        const second = classify(one.told, known)
        expect(second.judge, one.name).not.toBe('reading')
        expect(applied({ ...one, known }, second, version), one.name).toEqual(known)
        if (second.judge === 'known' && one.told.source.past === undefined)
          expect(one.told.source.origin, one.name).toBe('again')
      }
  })

  test('a state that cannot be counted is left, but for a new one that was read', () => {
    const judged = { programVersion: 3 }
    const unjudged = { programVersion: null }
    for (const how of keys(SOURCES)) {
      const source = SOURCES[how]
      expect(mustBeLeft(source, judged), how).toBe(true)
      for (const known of [undefined, unjudged])
        expect(mustBeLeft(source, known), how).toBe(how === 'delivery')
    }
  })
})
