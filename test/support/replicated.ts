import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { type RunningPostgres, startEmbeddedPostgres } from '../../scripts/embedded-postgres.ts'
import { until } from './processes.ts'

const run = promisify(execFile)

/** A PostgreSQL with a synchronous standby: what it has confirmed is in two places. */
export interface Replicated {
  url(database: string): string
  port(): number
  /** kill -9 of every process of the primary. */
  killPrimary(): Promise<void>
  /** The standby becomes the primary and confirms by itself, having no standby. */
  promote(): Promise<void>
  /** The primary gets a new standby, copied from it, and confirms nothing any longer without it. */
  addStandby(): Promise<void>
  killStandby(): Promise<void>
  restartStandby(): Promise<void>
  close(): Promise<void>
}

const PASSWORD = 'test-only'
const STANDBY = 'standby'
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'on',
  deadlock_timeout: '500ms',
  wal_level: 'replica',
  wal_keep_size: '256MB',
  // Small enough to be copied in a moment.
  min_wal_size: '32MB',
  shared_buffers: '64MB',
}

interface Server extends RunningPostgres {
  folder: string
}

export async function openReplicated(): Promise<Replicated> {
  const folder = path.join(tmpdir(), `stammgast-replicated-${randomUUID()}`)
  const folders: string[] = []
  const start = async (dataDir: string, settings: Record<string, string> = {}): Promise<Server> => {
    folders.push(dataDir)
    const server = await startEmbeddedPostgres({
      dataDir,
      password: PASSWORD,
      settings: { ...SETTINGS, ...settings },
      initdb: ['--no-sync', '--wal-segsize=4'],
    })
    return { ...server, folder: dataDir }
  }
  const startStandby = (dataDir: string) => start(dataDir, { primary_conninfo: followed(primary) })
  let primary = await start(`${folder}-0`)
  let standby: Server | null = null
  let copies = 0

  const replicated: Replicated = {
    url: (database) => primary.url(database),
    port: () => primary.port,
    killPrimary: () => killAll(primary),
    async promote() {
      if (!standby) throw new Error('There is no standby')
      await rm(primary.folder, { recursive: true, force: true })
      primary = standby
      standby = null
      await ask(primary, 'SELECT pg_promote(true, 60)')
      await confirmBy(primary, '')
    },
    async addStandby() {
      const dataDir = `${folder}-${++copies}`
      await copyOf(primary, dataDir)
      standby = await startStandby(dataDir)
      await confirmBy(primary, `ANY 1 (${STANDBY})`)
      await untilFollowed(primary)
    },
    killStandby: () => killAll(standby as Server),
    async restartStandby() {
      standby = await startStandby((standby as Server).folder)
      await untilFollowed(primary)
    },
    async close() {
      await Promise.all([standby?.stop(), primary.stop()])
      await Promise.all(folders.map((at) => rm(at, { recursive: true, force: true })))
    },
  }
  return replicated
}

const followed = ({ port }: Server) =>
  `host=127.0.0.1 port=${port} user=stammgast password=${PASSWORD} application_name=${STANDBY}`

/** Whose confirmation a commit waits for; nobody's when empty. */
async function confirmBy(server: Server, names: string): Promise<void> {
  await ask(server, `ALTER SYSTEM SET synchronous_standby_names = '${names}'`)
  await ask(server, 'SELECT pg_reload_conf()')
}

async function untilFollowed(primary: Server): Promise<void> {
  await until('the standby follows', 30_000, async () => {
    const rows = await ask(primary, `SELECT FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')`)
    return rows.length === 1
  })
}

/** A copy of a running server, with nothing but the server: pg_basebackup is in none of its packages. */
async function copyOf(server: Server, dataDir: string): Promise<void> {
  const client = await connect(server)
  try {
    await client.query(`SELECT pg_backup_start('standby', true)`)
    await copyFolder(server.folder, dataDir)
    const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)')
    await writeAs(server, path.join(dataDir, 'backup_label'), rows[0].labelfile)
  } finally {
    await client.end()
  }
  await writeAs(server, path.join(dataDir, 'standby.signal'), '')
}

/** A file of the account that the server runs under. */
async function writeAs(server: Server, file: string, text: string): Promise<void> {
  await writeFile(file, text)
  const { uid, gid } = await stat(server.folder)
  await chown(file, uid, gid)
}

async function copyFolder(from: string, to: string): Promise<void> {
  const ofThisRun = /postmaster\.(pid|opts)$|pg_wal[/\\][0-9A-F]{24}$|pg_wal[/\\]archive_status[/\\]/
  const ignoreGone = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error // a file that the server has just removed
  }
  // As root the server has another account, which owns its files; `cp -a` keeps that.
  if (process.getuid?.() === 0) {
    await run('cp', ['-a', from, to]).catch(() => {}) // it complains of files that have just gone
    for (const file of await readdir(to, { recursive: true }))
      if (ofThisRun.test(file)) await rm(path.join(to, file), { force: true })
  } else {
    await cp(from, to, { recursive: true, filter: (source) => !ofThisRun.test(source) }).catch(ignoreGone)
  }
}

async function killAll(server: Server): Promise<void> {
  const [pid = ''] = (await readFile(path.join(server.folder, 'postmaster.pid'), 'utf8')).split('\n')
  const postmaster = Number(pid)
  for (const one of [postmaster, ...(await childrenOf(postmaster))]) {
    try {
      process.kill(one, 'SIGKILL')
    } catch {} // it has ended by itself
  }
  await server.died
}

async function childrenOf(parent: number): Promise<number[]> {
  if (!existsSync('/proc/self/stat')) {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid='])
    const pairs = stdout.trim().split('\n')
    return pairs
      .map((line) => line.trim().split(/\s+/).map(Number))
      .flatMap(([pid = 0, of]) => (of === parent ? [pid] : []))
  }
  const found: number[] = []
  for (const entry of await readdir('/proc')) {
    const words = /^\d+$/.test(entry) ? await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '') : ''
    // "pid (name) state parent …"; a name may contain anything.
    if (Number(words.slice(words.lastIndexOf(')') + 2).split(' ')[1]) === parent) found.push(Number(entry))
  }
  return found
}

async function ask(server: Server, statement: string): Promise<object[]> {
  const client = await connect(server)
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

async function connect(server: Server): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url('postgres') })
  client.on('error', () => {})
  await client.connect()
  return client
}
