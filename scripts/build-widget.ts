import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'

/**
 * `node scripts/build-widget.ts`: makes the points widget's scripts small. `widget/` has them as they are written;
 * Shopify serves a theme extension's assets as they lie there, comments and all, and each shopper's telephone loads them.
 */
const SOURCES = 'widget'
const ASSETS = 'extensions/points-widget/assets'

/** What each asset is to hold, by its path below `root`. */
export function widgetAssets(root: string): Map<string, string> {
  const folder = path.join(root, SOURCES)
  return new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.js'))
      .map((file) => {
        const source = readFileSync(path.join(folder, file), 'utf8')
        const { code } = transformSync(source, { minify: true, target: 'es2022', charset: 'utf8' })
        return [path.join(ASSETS, file), code]
      }),
  )
}

export function buildWidget(root: string): void {
  for (const [file, code] of widgetAssets(root)) writeFileSync(path.join(root, file), code)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildWidget(path.resolve(import.meta.dirname, '..'))
