// `npm start`. npm puts the Node that the packages bring first; called in another way, it is looked up here.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { endWithNpm } from './start/end-with-npm.mjs'

endWithNpm(() => process.kill(process.pid, 'SIGTERM'))

const here = path.dirname(fileURLToPath(import.meta.url))

if (process.features.typescript) {
  const { start } = await import('./start/main.ts')
  process.exitCode = await start(process.argv.slice(2))
} else {
  const node = path.join(here, '../node_modules/node/bin/node')
  if (!existsSync(node)) {
    console.error('The packages are not installed: start with "npm start", which installs them.')
    process.exit(1)
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('exit', (code) => process.exit(code ?? 1))
}
