import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { type RunningPostgres, startEmbeddedPostgres } from '../../scripts/embedded-postgres.ts'

const run = promisify(execFile)

/** A PostgreSQL server whose disk can be full, and have space again. */
export interface SmallDisk {
  /** How it comes to be full. */
  means: 'a small file system' | 'a limit on the size of files'
  url(database: string): string
  /** The server's port at this moment. */
  port(): number
  /** From now on the server cannot make its files longer; it may be started again for that. */
  fill(): Promise<void>
  /** There is space again; a server that gave up is started. */
  giveBack(): Promise<void>
  /** False when the server has ended by itself. */
  alive(): boolean
  close(): Promise<void>
}

/** Room for a cluster, a template and a database with some ten thousand deliveries. */
const VOLUME_MB = 320
const SETTINGS = { fsync: 'off', synchronous_commit: 'on', deadlock_timeout: '500ms', autovacuum: 'off' }

/**
 * A file system of its own where this user may mount one: then the server meets "No space left on device", in its
 * tables and in its log. Anywhere else the operating system's limit on the size of a file, which it meets as "File too
 * large"; segments of the log are small and stay below it.
 */
export async function openSmallDisk(choice: 'best' | 'limit' = 'best'): Promise<SmallDisk> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stammgast-disk-'))
  await run('chmod', ['711', folder]) // as root, PostgreSQL's own account has to get through
  const mounted = choice === 'best' && (await mount(folder))
  return mounted ? smallVolume(folder) : limitedFiles(folder)
}

function mount(folder: string): Promise<boolean> {
  return run('mount', ['-t', 'tmpfs', '-o', `size=${VOLUME_MB}m,mode=0711`, 'tmpfs', folder]).then(
    () => true,
    () => false,
  )
}

async function smallVolume(folder: string): Promise<SmallDisk> {
  const ballast = path.join(folder, 'ballast')
  const server = await keepServer({
    dataDir: path.join(folder, 'data'),
    password: 'test-only',
    settings: SETTINGS,
  })
  return {
    ...server,
    means: 'a small file system',
    fill: () => writeUntilFull(ballast),
    giveBack: async () => {
      await rm(ballast, { force: true })
      if (!server.alive()) await server.start([])
    },
    close: async () => {
      await rm(ballast, { force: true })
      await server.close()
      await run('umount', [folder])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function writeUntilFull(file: string): Promise<void> {
  const handle = await open(file, 'w')
  try {
    for (const size of [2 ** 20, 4_096]) {
      const block = Buffer.alloc(size)
      for (;;) {
        try {
          await handle.write(block)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
          break
        }
      }
    }
  } finally {
    await handle.close()
  }
}

/** No file may become longer than the longest one is, but for a little. */
const SLACK_BYTES = 48 * 1_024
const SEGMENT_MB = 1

async function limitedFiles(folder: string): Promise<SmallDisk> {
  const dataDir = path.join(folder, 'data')
  await mkdir(folder, { recursive: true })
  const server = await keepServer({
    dataDir,
    password: 'test-only',
    settings: { ...SETTINGS, min_wal_size: '2MB', max_wal_size: '64MB' },
    initdb: [`--wal-segsize=${SEGMENT_MB}`],
  })
  return {
    ...server,
    means: 'a limit on the size of files',
    fill: async () => {
      const longest = Math.max(SEGMENT_MB * 2 ** 20, ...(await sizes(dataDir)))
      const blocks = Math.ceil((longest + SLACK_BYTES) / 512)
      await server.start(['sh', '-c', `ulimit -S -f ${blocks}; exec "$0" "$@"`])
    },
    giveBack: () => server.start([]),
    close: async () => {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function sizes(folder: string): Promise<number[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(
    files
      .filter((file) => file.isFile())
      .map((file) =>
        stat(path.join(file.parentPath, file.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  )
}

/** One server at a time on the same data; started again, it may have another port. */
async function keepServer(options: Parameters<typeof startEmbeddedPostgres>[0]) {
  let server: RunningPostgres
  let alive = false
  const start = async (launcher: string[]) => {
    if (alive) await server.stop()
    const started = await startEmbeddedPostgres({ ...options, launcher })
    server = started
    alive = true
    void started.died.then(() => {
      if (server === started) alive = false
    })
  }
  await start([])
  return {
    start,
    url: (database: string) => server.url(database),
    port: () => server.port,
    alive: () => alive,
    close: async () => {
      if (alive) await server.stop()
    },
  }
}
