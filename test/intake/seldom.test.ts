import { expect, test } from 'vitest'
import { seldom, seldomOfKind } from '../../app/seldom.ts'

test('what strangers cause is said at once, then at most once a minute with what was left out', () => {
  const said: object[] = []
  let now = 1_000
  const say = seldom<{ n: number }>(
    (facts) => said.push(facts),
    () => now,
  )
  for (let n = 1; n <= 500; n++) say({ n })
  expect(said).toEqual([{ n: 1 }])
  now += 59_999
  say({ n: 501 })
  now += 1
  say({ n: 502 })
  expect(said).toEqual([{ n: 1 }, { n: 502, leftOut: 500 }])
  now += 60_000
  say({ n: 503 })
  expect(said.at(-1)).toEqual({ n: 503 })
})

test('A15: each kind is said by itself, and kinds beyond a hundred are one', () => {
  const said: string[] = []
  const say = seldomOfKind<{ kind: string }>(
    ({ kind }) => kind,
    ({ kind, leftOut }) => said.push(`${kind} ${leftOut ?? 0}`),
  )
  for (let n = 0; n < 5; n++) for (const kind of ['401', '404']) say({ kind })
  expect(said).toEqual(['401 0', '404 0'])
  for (let n = 0; n < 1_000; n++) say({ kind: `other ${n}` })
  expect(said).toHaveLength(101)
})
