/** More is waiting than the writer is willing to keep in memory. */
export class WriterIsFull extends Error {
  override name = 'WriterIsFull'
}

interface Options<T> {
  /** Writes a group in one transaction, in this order. */
  write(group: T[]): Promise<void>
  /** Size of an item in bytes. */
  sizeOf(item: T): number
  /** An error that only one item of a group can have caused: then each is written alone. */
  isFaultOfOne(error: unknown): boolean
}

interface Waiting<T> {
  item: T
  size: number
  resolve(): void
  reject(error: unknown): void
}

const SLOTS = 2
const LARGEST_GROUP = 500
const LARGEST_GROUP_BYTES = 4 * 2 ** 20
const MOST_WAITING_BYTES = 64 * 2 ** 20

/**
 * Groups what comes in at the same time into one transaction: at most two writes are under way, and each takes all
 * that has waited meanwhile. There is no timer, so a lone item is written at once, and under load the groups grow by
 * themselves. The returned function resolves when the item is committed.
 */
export function createGroupWriter<T>(options: Options<T>): (item: T) => Promise<void> {
  const waiting: Waiting<T>[] = []
  let waitingBytes = 0
  let busy = 0

  function takeGroup(): Waiting<T>[] {
    let count = 0
    let bytes = 0
    for (const { size } of waiting) {
      if (count === LARGEST_GROUP || (count > 0 && bytes + size > LARGEST_GROUP_BYTES)) break
      count++
      bytes += size
    }
    waitingBytes -= bytes
    return waiting.splice(0, count)
  }

  async function writeGroup(group: Waiting<T>[]): Promise<void> {
    try {
      await options.write(group.map(({ item }) => item))
      for (const { resolve } of group) resolve()
    } catch (error) {
      if (group.length > 1 && options.isFaultOfOne(error)) {
        for (const one of group) await writeGroup([one])
      } else {
        for (const { reject } of group) reject(error)
      }
    }
  }

  function flush(): void {
    while (busy < SLOTS && waiting.length > 0) {
      busy++
      void writeGroup(takeGroup()).finally(() => {
        busy--
        flush()
      })
    }
  }

  return (item) =>
    new Promise<void>((resolve, reject) => {
      const size = options.sizeOf(item)
      if (waitingBytes + size > MOST_WAITING_BYTES) {
        reject(new WriterIsFull('Too much is waiting to be written'))
        return
      }
      waitingBytes += size
      waiting.push({ item, size, resolve, reject })
      flush()
    })
}
