import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { WORKER } from '../scripts/start/worker-program.ts'
import { SECRET } from './support.ts'

const root = path.resolve(import.meta.dirname, '..')

/** The worker as it runs in production, seen from outside. Memory in megabytes (10^6 bytes). */
export interface RealWorker {
  /** `own`: what it shares with other processes counts by its share; null where the system does not tell. */
  memory(): Promise<{ resident: number; own: number | null }>
  /** The highest the system ever saw, between two looks too; null where it does not tell. */
  highestResident(): Promise<number | null>
  pid(): number
  /** What it said last. */
  words(): string
  stop(): Promise<void>
}

/** Starts it as `npm start` does in production. Requests to shops go to `shopifyUrl`. */
export async function startRealWorker(databaseUrl: string, shopifyUrl: string): Promise<RealWorker> {
  const detour = await buildDetour()
  const worker = spawn(process.execPath, ['--import', detour, ...WORKER.args], {
    cwd: root,
    env: {
      ...process.env,
      ...WORKER.env,
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      DATABASE_URL: databaseUrl,
      SHOPIFY_API_KEY: 'bench',
      SHOPIFY_API_SECRET: SECRET,
      SHOPIFY_APP_URL: 'http://127.0.0.1:1',
      PRACTICE_STORE_URL: shopifyUrl,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let words = ''
  const listen = (chunk: unknown) => {
    words = (words + chunk).slice(-4_000)
  }
  worker.stdout.on('data', listen)
  worker.stderr.on('data', listen)
  const ended = once(worker, 'exit')
  const pid = () => {
    if (worker.pid === undefined || worker.exitCode !== null) throw new Error('The worker ended')
    return worker.pid
  }
  return {
    memory: () => memoryOf(pid()),
    highestResident: async () => (await inProc(pid(), 'status', 'VmHWM')) ?? null,
    pid,
    words: () => words,
    stop: async () => {
      worker.kill('SIGTERM')
      await ended
    },
  }
}

/** What leads Shopify's addresses to ours, as JavaScript: Node's compiler for types would stay in the worker's memory. */
async function buildDetour(): Promise<string> {
  const outfile = path.join(root, '.cache/bench/route-shopify.js')
  await build({
    entryPoints: [path.join(root, 'dev-store/route-shopify.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  })
  return outfile
}

async function memoryOf(pid: number): Promise<{ resident: number; own: number | null }> {
  const resident = await inProc(pid, 'status', 'VmRSS')
  if (resident !== null) return { resident, own: await inProc(pid, 'smaps_rollup', 'Pss') }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])
  return { resident: (Number(stdout) * 1024) / 1e6, own: null }
}

async function inProc(pid: number, file: string, name: string): Promise<number | null> {
  if (!existsSync('/proc/self/status')) return null
  const text = await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]
  return kibibytes === undefined ? null : (Number(kibibytes) * 1024) / 1e6
}

/** Stands in for Shopify's Admin API: says yes to every metafield. */
export async function answerForShopify() {
  let asked = 0
  const server = createServer((request, response) => {
    request.resume()
    request.once('end', () => {
      asked++
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ data: { metafieldsSet: { metafields: [], userErrors: [] } } }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    stop: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
