// Runs before `npm start` and `npm test`, on whatever Node there is and before anything is installed: plain JavaScript.
// Installs the packages unless exactly those of the lockfile are there.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const reason = whyInstall()
if (reason) {
  console.log(`Installing the packages (${reason}); this takes a minute or two …`)
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const options = { cwd: root, stdio: 'inherit' }
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, options)
  if (status !== 0) {
    console.error('The packages could not be installed: see above. Is the npm registry reachable?')
    process.exit(1)
  }
}

/** Undefined when what npm has installed (its own list of it) is what the lockfile names. */
function whyInstall() {
  const installed = readPackages(path.join(root, 'node_modules/.package-lock.json'))
  const wanted = readPackages(path.join(root, 'package-lock.json'))
  if (!wanted) return 'there is no readable lockfile'
  if (!installed) return 'none are installed yet'
  for (const [place, { version, integrity, optional, link }] of Object.entries(wanted)) {
    if (place === '' || link) continue
    const found = installed[place]
    // What is optional is for another platform when npm has left it out.
    if (!found && optional) continue
    const there = existsSync(path.join(root, place, 'package.json'))
    if (found?.version !== version || found?.integrity !== integrity || !there)
      return `${place.replace(/^.*node_modules\//, '')} has changed`
  }
  return undefined
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}
