import { expect, test } from 'vitest'
import { createGroupWriter, WriterIsFull } from '../../app/intake/group-writer.ts'

/** A store whose writes end when the test says so. */
function heldStore(options: { isFaultOfOne?: (error: unknown) => boolean; size?: number } = {}) {
  const groups: { items: number[]; done(): void; fail(error: Error): void }[] = []
  const add = createGroupWriter<number>({
    write: (items) => new Promise((done, fail) => void groups.push({ items, done, fail })),
    sizeOf: () => options.size ?? 1,
    isFaultOfOne: options.isFaultOfOne ?? (() => false),
  })
  return { groups, add }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

test('a lone item is written at once, and at most two writes are under way', async () => {
  const { groups, add } = heldStore()
  const answers = [1, 2, 3, 4, 5].map((item) => add(item))
  expect(groups.map(({ items }) => items)).toEqual([[1], [2]])
  groups[1]?.done()
  await answers[1]
  await settle()
  expect(groups.map(({ items }) => items)).toEqual([[1], [2], [3, 4, 5]])
  groups[0]?.done()
  groups[2]?.done()
  await Promise.all(answers)
})

test('an item is answered only when its own group is written', async () => {
  const { groups, add } = heldStore()
  const answered: number[] = []
  for (const item of [1, 2, 3]) void add(item).then(() => answered.push(item))
  await settle()
  expect(answered).toEqual([])
  groups[0]?.done()
  await settle()
  expect(answered).toEqual([1])
  groups[2]?.done()
  await settle()
  expect(answered).toEqual([1, 3])
})

test('a group holds at most 500 items and 4 MB, and keeps the order', async () => {
  const many = heldStore()
  for (let item = 0; item < 1_203; item++) void many.add(item)
  many.groups[0]?.done()
  await settle()
  many.groups[1]?.done()
  await settle()
  expect(many.groups.map(({ items }) => items.length)).toEqual([1, 1, 500, 500])
  expect(many.groups.flatMap(({ items }) => items)).toEqual(Array.from({ length: 1_002 }, (_, at) => at))

  const large = heldStore({ size: 1.5 * 2 ** 20 })
  for (let item = 0; item < 8; item++) void large.add(item)
  large.groups[0]?.done()
  await settle()
  expect(large.groups[2]?.items).toEqual([2, 3])
})

test('one bad item does not take its neighbours with it', async () => {
  const { groups, add } = heldStore({ isFaultOfOne: () => true })
  void add(0)
  void add(1)
  const answers = [2, 3, 4].map((item) =>
    add(item).then(
      () => 'stored',
      (error: Error) => error.message,
    ),
  )
  groups[0]?.done()
  await settle()
  groups[2]?.fail(new Error('a group with 3 in it'))
  for (const at of [3, 4, 5]) {
    await settle()
    const group = groups[at]
    if (group?.items[0] === 3) group.fail(new Error('3 is bad'))
    else group?.done()
  }
  expect(await Promise.all(answers)).toEqual(['stored', '3 is bad', 'stored'])
})

test('when too much is waiting, newcomers are refused instead of kept in memory', async () => {
  const { add } = heldStore({ size: 2 ** 20 })
  for (let item = 0; item < 66; item++) add(item).catch(() => {})
  await expect(add(66)).rejects.toThrow(WriterIsFull)
})
