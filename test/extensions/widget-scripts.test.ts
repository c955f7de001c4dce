import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { widgetAssets } from '../../scripts/build-widget.ts'

const root = path.resolve(import.meta.dirname, '../..')

test('the scripts that Shopify serves are those of widget/: after a change `node scripts/build-widget.ts` makes them anew', () => {
  const assets = widgetAssets(root)
  expect(assets.size).toBeGreaterThan(5)
  for (const [file, code] of assets) expect(readFileSync(path.join(root, file), 'utf8'), file).toBe(code)
  const served = readdirSync(path.join(root, 'extensions/points-widget/assets')).filter((file) =>
    file.endsWith('.js'),
  )
  expect(served.sort()).toEqual([...assets.keys()].map((file) => path.basename(file)).sort())
})
