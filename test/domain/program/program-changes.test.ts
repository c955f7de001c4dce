import { describe, expect, test } from 'vitest'
import { canonical, sameDocument } from '../../../app/domain/document/same-document.ts'
import { programChanges } from '../../../app/domain/program/program-changes.ts'
import { testProgram } from '../../support/program.ts'
import { campaign } from '../support.ts'

const tiers = (levels: object[]) => ({ basis: 'spend', window: { kind: 'lifetime' }, levels }) as never
const gold = { id: 'gold', name: { de: 'Gold' }, threshold: '100', multiplier: '1.5' }

describe('what is different between two programs', () => {
  test('the order of keys, which the database does not keep, is no difference', () => {
    const document = testProgram()
    const turned = Object.fromEntries(Object.entries(document).reverse())
    expect(sameDocument(document, turned)).toBe(true)
    expect(programChanges(document, turned as never)).toEqual([])
  })

  test('the text to compare has its keys in the order of the alphabet, at every depth', () => {
    expect(canonical({ b: [{ d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[{"c":null,"d":1}]}')
  })

  test('the order of a list is a difference', () => {
    expect(sameDocument({ tags: ['a', 'b'] }, { tags: ['b', 'a'] })).toBe(false)
  })

  test('plain parts come with what they were and are', () => {
    expect(programChanges(testProgram(), testProgram({ returnWindowDays: 30, stacking: 'add' }))).toEqual([
      { part: 'returnWindowDays', kind: 'changed', before: 14, after: 30 },
      { part: 'stacking', kind: 'changed', before: 'highest', after: 'add' },
    ])
  })

  test('earning tells which of its fields changed, and so does each campaign', () => {
    const before = testProgram({ campaigns: [campaign('double', '2')] })
    const after = testProgram({
      earning: { ...before.earning, pointsPerUnit: '2' },
      campaigns: [campaign('double', '3')],
    })
    expect(programChanges(before, after)).toEqual([
      {
        part: 'earning',
        kind: 'changed',
        fields: ['pointsPerUnit'],
        before: before.earning,
        after: after.earning,
      },
      {
        part: 'campaigns',
        kind: 'changed',
        id: 'double',
        fields: ['multiplier'],
        before: before.campaigns[0],
        after: after.campaigns[0],
      },
    ])
  })

  test('items of lists are found by id: added, removed, and changed with the names of the fields', () => {
    const [reward] = testProgram().rewards
    const before = testProgram({ tiers: tiers([gold]) })
    const after = testProgram({
      tiers: tiers([
        { ...gold, multiplier: '2', threshold: '200' },
        { ...gold, id: 'ruby' },
      ]),
      rewards: [{ ...reward, id: 'ten-off' } as never],
    })
    expect(
      programChanges(before, after).map(({ part, kind, id, fields }) => [part, kind, id, fields]),
    ).toEqual([
      ['tiers', 'changed', 'gold', ['threshold', 'multiplier']],
      ['tiers', 'added', 'ruby', undefined],
      ['rewards', 'added', 'ten-off', undefined],
      ['rewards', 'removed', 'five-off', undefined],
    ])
  })

  test('the basis and window of the ladder are one change, its levels others', () => {
    const before = testProgram({ tiers: tiers([gold]) })
    const after = testProgram({ tiers: { ...before.tiers, basis: 'orders' } })
    expect(programChanges(before, after)).toMatchObject([
      { part: 'tiers', kind: 'changed', fields: ['basis'] },
    ])
  })
})
