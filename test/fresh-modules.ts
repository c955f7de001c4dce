import { vi } from 'vitest'

/**
 * Files of one room share a process (see vitest.config.ts). Our own modules begin anew for each file, with all that
 * they remember: the environment as it was first read, programs, shops, pools. So do the clock, `fetch`, the
 * environment's variables and what our modules keep on `globalThis`.
 */
interface Beginning {
  fetch: typeof fetch
  env: NodeJS.ProcessEnv
}
const everywhere = globalThis as unknown as Record<symbol, unknown>
const KEY = Symbol.for('test.beginning')
everywhere[KEY] ??= { fetch: globalThis.fetch, env: { ...process.env } }
const beginning = everywhere[KEY] as Beginning

vi.useRealTimers()
globalThis.fetch = beginning.fetch
for (const name of Object.keys(process.env)) if (!(name in beginning.env)) delete process.env[name]
Object.assign(process.env, beginning.env)
for (const key of Object.getOwnPropertySymbols(everywhere))
  if (key.description?.startsWith('stammgast.')) delete everywhere[key]
vi.resetModules()
