/** The scripts for the browser, bundled from TypeScript when first asked for. */
import { join } from 'node:path'
import { build } from 'esbuild'

const ENTRIES = { 'app-bridge.js': 'app-bridge/index.ts', 'frame.js': 'client/frame.ts' } as const

const bundled = new Map<string, Promise<string>>()

export function browserScript(name: keyof typeof ENTRIES): Promise<string> {
  let script = bundled.get(name)
  if (!script) {
    script = bundle(ENTRIES[name])
    bundled.set(name, script)
  }
  return script
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, entry)],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'silent',
  })
  const text = outputFiles[0]?.text
  if (text === undefined) throw new Error(`esbuild made nothing of ${entry}`)
  return text
}
