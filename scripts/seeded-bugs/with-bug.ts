import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { SeededBug } from './bugs.ts'

/**
 * The file that holds a safeguard, whole and without it; nothing is written.
 * @throws Error when the place is not there exactly once: then the bug has to be written anew
 */
export async function withBug(
  root: string,
  bug: SeededBug,
): Promise<{ file: string; whole: string; broken: string }> {
  const file = path.join(root, await fileOf(root, bug))
  const whole = await readFile(file, 'utf8')
  const swap = (text: string, place: string, other: string) => {
    const parts = text.split(place)
    if (parts.length !== 2)
      throw new Error(`${bug.name}: "${place}" stands ${parts.length - 1} times in ${bug.file}`)
    return parts.join(other)
  }
  const once = swap(whole, bug.find, bug.replace)
  return { file, whole, broken: bug.also ? swap(once, bug.also.find, bug.also.replace) : once }
}

/** In the migrations, the place may be in any of them; the first one counts. */
async function fileOf(root: string, { name, file, find }: SeededBug): Promise<string> {
  if (file !== 'migration') return file
  const folder = path.join(root, 'prisma/migrations')
  for (const entry of (await readdir(folder)).sort()) {
    const candidate = path.join('prisma/migrations', entry, 'migration.sql')
    const text = await readFile(path.join(root, candidate), 'utf8').catch(() => '')
    if (text.includes(find)) return candidate
  }
  throw new Error(`${name}: "${find}" stands in no migration`)
}
