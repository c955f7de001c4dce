import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { withShop } from '../../../app/db/db.server.ts'
import type { BulkKind } from '../../../app/domain/imports/bulk-line.ts'
import { isDomainError } from '../../../app/domain/text/errors.ts'
import { confirmBatch, discardBatch, undoBatch } from '../../../app/loyalty/imports/decide-batch.ts'
import { readBatch } from '../../../app/loyalty/imports/read-batch.ts'
import { runBatch } from '../../../app/loyalty/imports/run-batch.ts'
import { uploadBatch } from '../../../app/loyalty/imports/upload-batch.ts'
import { readMember } from '../../../app/loyalty/members/read-member.ts'
import { type Shop, shopByDomain } from '../../../app/loyalty/shop/shop-of-request.ts'
import { useDatabase } from '../../database.ts'
import { useAdminPages } from '../../support/admin-pages.ts'
import { violations } from '../../support/expiry.ts'
import { meet } from '../../support/member.ts'
import { testProgram } from '../../support/program.ts'
import { publish } from '../../support/shop.ts'

const database = useDatabase()
const pages = useAdminPages()
const MARA = '6301'
const actor = 'staff:1'
let shop: Shop
let files = 0

beforeAll(async () => {
  await pages.open('/app')
  shop = (await shopByDomain(pages.domain)) as Shop
  await publish(database.owner(), shop.shopId, 1, testProgram(), '2020-01-01T00:00:00Z')
  await meet(shop.shopId, MARA)
})

/** A file of its own content; its points are 1,200. */
const newFile = () => `kunde;punkte;grund;verdient am\n${MARA};1200;Datei ${++files};2026-05-03\n`

async function uploaded(text: string, kind: BulkKind = 'adjustment'): Promise<number> {
  const bytes = new TextEncoder().encode(text)
  const batchId = await uploadBatch({
    shop,
    kind,
    fileName: 'a.csv',
    language: 'de',
    bytes,
    actor,
    now: Date.now(),
  })
  await runBatch(shop.shopId, batchId, Date.now)
  return batchId
}
const confirm = (batchId: number, despite?: number) =>
  confirmBatch({ shop, batchId, actor, ...(despite !== undefined && { despite }) })
const run = (batchId: number) => runBatch(shop.shopId, batchId, Date.now)
const refusedFor = (other: number) => ({ code: 'same-file', sameFile: { batchId: other } })
const statusOf = async (batchId: number) =>
  (await withShop(shop.shopId, (tx) => readBatch(tx, shop.shopId, batchId)))?.status
const available = async () =>
  (await withShop(shop.shopId, (tx) => readMember(tx, shop.shopId, MARA)))?.balance.available ?? 0

/** Who confirmed, and who was told of the same file; anything else is thrown. */
async function atOnce(deeds: Promise<void>[]): Promise<{ confirmed: number; refused: number }> {
  const ends = await Promise.allSettled(deeds)
  for (const end of ends)
    if (end.status === 'rejected' && !isDomainError(end.reason, 'same-file')) throw end.reason
  const confirmed = ends.filter(({ status }) => status === 'fulfilled').length
  return { confirmed, refused: ends.length - confirmed }
}

test('the same file in several tabs, all confirmed at once, is posted exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 6 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom<BulkKind>('adjustment', 'import'),
      async (tabs, presses, kind) => {
        const before = await available()
        const text = newFile()
        const batches: number[] = []
        while (batches.length < tabs) batches.push(await uploaded(text, kind))
        const pressed = Array.from({ length: presses }, () => batches).flat()
        const { confirmed, refused } = await atOnce(pressed.map((id) => confirm(id)))
        expect({ confirmed, refused }).toEqual({ confirmed: presses, refused: presses * (tabs - 1) })
        for (const id of batches) await run(id)
        expect((await Promise.all(batches.map(statusOf))).sort()).toEqual([
          'done',
          ...Array(tabs - 1).fill('ready'),
        ])
        expect(await available()).toBe(before + 1200)
      },
    ),
    { numRuns: 12 },
  )
  expect(await violations(shop.shopId)).toEqual([])
})

test('the same file is posted again only by the step that names the posting it repeats', async () => {
  const before = await available()
  const text = newFile()
  const [first, second, third, fourth] = [
    await uploaded(text),
    await uploaded(text),
    await uploaded(text),
    await uploaded(text),
  ]
  await confirm(third)
  await expect(confirm(first)).rejects.toMatchObject(refusedFor(third))
  await run(third)
  await expect(confirm(first)).rejects.toMatchObject(refusedFor(third))
  await expect(confirm(first, second)).rejects.toMatchObject(refusedFor(third))
  expect(await available()).toBe(before + 1200)
  // Three people read that the third is posted, and each wants it once more: one of them gets it, the others read on.
  expect(await atOnce([first, second, fourth].map((id) => confirm(id, third)))).toEqual({
    confirmed: 1,
    refused: 2,
  })
  for (const id of [first, second, fourth]) await run(id)
  expect(await available()).toBe(before + 2400)
  expect(await violations(shop.shopId)).toEqual([])
})

test('the same file is free again once it was taken back, and put away it never stood in the way', async () => {
  const before = await available()
  const text = newFile()
  const [away, first, second] = [await uploaded(text), await uploaded(text), await uploaded(text)]
  await discardBatch({ shop, batchId: away, actor })
  await confirm(first)
  await run(first)
  await expect(confirm(second)).rejects.toMatchObject(refusedFor(first))
  await run(await undoBatch({ shop, batchId: first, actor }))
  await confirm(second)
  await confirm(second)
  await run(second)
  expect(await available()).toBe(before + 1200)
})

test('the same file as another kind, and another file, stand for themselves', async () => {
  const before = await available()
  const text = newFile()
  const all = [await uploaded(text), await uploaded(text, 'import'), await uploaded(newFile())]
  expect(await atOnce(all.map((id) => confirm(id)))).toEqual({ confirmed: 3, refused: 0 })
  for (const id of all) await run(id)
  expect(await available()).toBe(before + 3600)
})
