import { execFileSync } from 'node:child_process'

/** How often it is looked for. */
const LOOK_MS = 500

/**
 * `npm start` runs a shell, and that us. Npm passes a SIGTERM on to the shell alone, which ends without a word (dash, as
 * `sh` of Debian) and leaves us behind; so does a kill -9 of either. When npm or its shell is gone, `then` is called.
 *
 * Whoever calls us without npm may end as he likes (nohup, setsid, a script): nobody is watched then. What npm itself was
 * started by is never looked at, either. Windows ends a tree of processes by itself.
 * @param {() => void} then
 */
export function endWithNpm(then) {
  if (process.env.npm_lifecycle_event !== 'start' || process.platform === 'win32') return
  const watched = npmProcesses()
  const look = setInterval(() => {
    if (process.ppid === watched[0] && watched.every(isAlive)) return
    clearInterval(look)
    then()
  }, LOOK_MS)
  look.unref()
}

/** Our parent; where that is npm's shell and not npm, which depends on the shell, its parent as well. */
function npmProcesses() {
  const shell = process.ppid
  const [, parent, words] = /^(\d+) +(.*)$/.exec(ps(shell).trim()) ?? []
  const isShell = / -c .*start\.mjs/.test(words ?? '')
  return isShell ? [shell, Number(parent)] : [shell]
}

/** "4711 sh -c node scripts/start.mjs"; empty where there is no such process, or no `ps`. */
function ps(/** @type {number} */ pid) {
  try {
    return execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    return ''
  }
}

function isAlive(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
