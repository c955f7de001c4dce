import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

/** Another version of the app as far as its database goes. */
export interface OtherVersion {
  /** Begins to bring the database up to date, as a start of the app does. */
  migrate(databaseUrl: string): Migrating
  remove(): Promise<void>
}

export interface Migrating {
  /** What it has said so far. */
  words(): string
  /** The exit code; null when it was killed. */
  ended: Promise<number | null>
  kill(): void
}

/** The app's next version: this one and a migration more. */
export function nextVersion(script: string): Promise<OtherVersion> {
  return otherVersion(async (migrations) => {
    await mkdir(path.join(migrations, '29990101000000_next'))
    await writeFile(path.join(migrations, '29990101000000_next/migration.sql'), script)
  })
}

/** An earlier one, which had these migrations and no others. */
export function earlierVersion(migrations: readonly string[]): Promise<OtherVersion> {
  return otherVersion(async (folder) => {
    const all = (await readdir(folder, { withFileTypes: true })).filter((one) => one.isDirectory())
    for (const { name } of all)
      if (!migrations.includes(name)) await rm(path.join(folder, name), { recursive: true })
  })
}

/** @param change what it has in its folder of migrations */
async function otherVersion(change: (migrations: string) => Promise<void>): Promise<OtherVersion> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stammgast-version-'))
  for (const part of ['scripts', 'prisma', 'prisma.config.ts', 'package.json'])
    await cp(path.join(root, part), path.join(folder, part), { recursive: true })
  for (const part of ['app', 'node_modules']) await symlink(path.join(root, part), path.join(folder, part))
  await change(path.join(folder, 'prisma/migrations'))
  const running = new Set<ChildProcess>()
  return {
    migrate(databaseUrl) {
      const env = { ...process.env, DATABASE_URL: databaseUrl }
      const child = spawn(process.execPath, ['scripts/migrate.ts'], { cwd: folder, env, stdio: 'pipe' })
      running.add(child)
      let words = ''
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => {
          words += chunk
        })
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
      void ended.then(() => running.delete(child))
      return { words: () => words, ended, kill: () => void child.kill('SIGKILL') }
    },
    async remove() {
      for (const child of running) child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
