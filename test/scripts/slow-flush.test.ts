import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canSlowFlushes, slowFlushLibrary } from '../../bench/slow-flush.ts'

const DELAY_MS = 20
const ROUNDS = 10
let folder: string
let library: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stammgast-slow-flush-'))
  library = path.join(folder, 'slow-flush.so')
  await writeFile(library, slowFlushLibrary(DELAY_MS * 1e6))
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs a program in a Node that has the library before all others; answers what it printed as JSON. */
async function inSlowNode(program: string): Promise<unknown> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', program], {
    cwd: folder,
    env: { ...process.env, LD_PRELOAD: library },
  })
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

describe.skipIf(!canSlowFlushes())('a library that slows flushes', () => {
  test.each(['fdatasyncSync', 'fsyncSync'])('lets each %s take longer by its delay', async (flush) => {
    const times = (await inSlowNode(`
      const file = fs.openSync('${flush}', 'w')
      const times = []
      for (let i = 0; i < ${ROUNDS}; i++) {
        fs.writeSync(file, 'x')
        const start = performance.now()
        fs.${flush}(file)
        times.push(performance.now() - start)
      }
      console.log(JSON.stringify(times))`)) as number[]
    expect(times).toHaveLength(ROUNDS)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(DELAY_MS)
  })

  test('sleeps on after a signal', async () => {
    const took = await inSlowNode(`
      let signals = 0
      process.on('SIGUSR2', () => signals++)
      const file = fs.openSync('signals', 'w')
      const sender = require('node:child_process').spawn('sh', ['-c', 'while kill -USR2 ' + process.pid + '; do sleep 0.001; done'])
      const go = () => {
        if (signals === 0) return setTimeout(go, 1)
        const times = []
        for (let i = 0; i < ${ROUNDS}; i++) {
          const start = performance.now()
          fs.fsyncSync(file)
          times.push(performance.now() - start)
        }
        sender.kill('SIGKILL')
        console.log(JSON.stringify(Math.min(...times)))
        process.exit()
      }
      go()`)
    expect(took).toBeGreaterThanOrEqual(DELAY_MS)
  })

  test('slows nothing else', async () => {
    const took = await inSlowNode(`
      const start = performance.now()
      for (let i = 0; i < 100; i++) fs.writeFileSync('other', 'x')
      console.log(performance.now() - start)`)
    expect(took).toBeLessThan(100 * DELAY_MS)
  })

  test('passes on why the real flush failed', async () => {
    const failures = await inSlowNode(`
      const because = (flush, file) => {
        try {
          flush(file)
        } catch (error) {
          return error.code
        }
      }
      const unfit = fs.openSync('/dev/null')
      console.log(JSON.stringify([
        because(fs.fdatasyncSync, unfit), because(fs.fsyncSync, unfit), because(fs.fsyncSync, 4_000)
      ]))`)
    expect(failures).toEqual(['EINVAL', 'EINVAL', 'EBADF'])
  })
})

test.each([-1, 0.5, 1e9])('a delay of %d ns is refused', (delay) => {
  expect(() => slowFlushLibrary(delay)).toThrow(`${delay}`)
})
