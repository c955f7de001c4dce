import { readdir, readFile } from 'node:fs/promises'

/** What Linux counts of processes' time: hundredths of a second, on all systems that we know. */
const TICK_MS = 10

interface Stat {
  pid: number
  parent: number
  /** Milliseconds on a processor, of the process itself. */
  own: number
  /** Of its children that have ended. */
  ended: number
}

async function statOf(pid: number): Promise<Stat | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name in brackets may hold anything.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  if (fields.length < 15) return null
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15) as [number, number, number, number]
  return {
    pid,
    parent: fields[1] as number,
    own: (user + system) * TICK_MS,
    ended: (endedUser + endedSystem) * TICK_MS,
  }
}

export async function parentOf(pid: number): Promise<number> {
  const stat = await statOf(pid)
  if (!stat) throw new Error('The CPU of a process is only known on Linux')
  return stat.parent
}

/**
 * Milliseconds of processor time that these processes and all their children have had so far.
 * @param leaveOut processes that belong to the one who measures
 */
export async function cpuOf(pids: number[], leaveOut: number[] = []): Promise<number> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const stats = (await Promise.all(all.map(statOf))).filter((stat) => stat !== null)
  return stats
    .filter(({ pid, parent }) => (pids.includes(pid) || pids.includes(parent)) && !leaveOut.includes(pid))
    .reduce((sum, { pid, own, ended }) => sum + own + (pids.includes(pid) ? ended : 0), 0)
}
