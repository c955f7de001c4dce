import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Random } from './random.ts'

/** What can happen to a question to the Admin API. "Lost" and "late" answers belong to questions that were carried out. */
export const FAULTS = [
  'throttled',
  '429',
  '500',
  '502',
  '503',
  'reset before it arrived',
  'answer lost',
  'answer cut off',
  'answer too late',
] as const
export type Fault = (typeof FAULTS)[number]

/** The way to the Admin API, on which things go wrong. */
export interface ShakyLine {
  url: string
  /** What share of the questions goes wrong from now on, 0 to 1; and which faults there are (all, by default). */
  shake(share: number, faults?: readonly Fault[]): void
  /** How many questions went through, and how often each fault struck. */
  counts: Map<Fault | 'answered', number>
  /** What the app's processes are told of the clock (`practice-clock.ts`), milliseconds. */
  setClock(offset: number): void
  close(): Promise<void>
}

/** Longer than the app waits for any answer. */
const TOO_LATE_MS = 240_000
/** Each too late answer keeps a job waiting for as long as the app is willing to. */
const MOST_LATE = 3
const CLOCK_WAIT_MS = 10_000

/** @param target the practice store */
export async function shakyLine(target: string, random: Random): Promise<ShakyLine> {
  const counts: ShakyLine['counts'] = new Map()
  const hanging = new Set<() => void>()
  let share = 0
  let faults: readonly Fault[] = FAULTS
  let offset = 0

  const server = createServer((request, response) => {
    const path = request.url ?? ''
    if (path.startsWith('/practice/clock')) return void tellClock(path, response)
    void carry(request, response).catch(() => response.destroy())
  })

  async function carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const fault = request.url?.endsWith('/graphql.json') ? draw() : null
    if (fault === null) return pass(response, await forward(request, body))
    counts.set(fault, (counts.get(fault) ?? 0) + 1)
    if (fault === 'throttled') return json(response, 200, THROTTLED)
    if (fault === 'reset before it arrived') return void response.destroy()
    if (!/^\d+$/.test(fault)) return spoil(fault, response, await forward(request, body))
    if (fault === '429') response.setHeader('Retry-After', '1.0')
    return json(response, Number(fault), { errors: 'Not now' })
  }

  function draw(): Fault | null {
    if (!random.chance(share)) {
      counts.set('answered', (counts.get('answered') ?? 0) + 1)
      return null
    }
    const fault = random.pick(faults)
    const late = (counts.get('answer too late') ?? 0) >= MOST_LATE
    return fault === 'answer too late' && late ? 'answer lost' : fault
  }

  /** It was carried out; what the app hears of it is another matter. */
  async function spoil(fault: Fault, response: ServerResponse, answer: Answer): Promise<void> {
    if (fault === 'answer lost') return void response.destroy()
    if (fault === 'answer cut off') {
      response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length })
      response.write(answer.body.subarray(0, answer.body.length / 2), () => response.destroy())
      return
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, TOO_LATE_MS)
      hanging.add(resolve)
      response.once('close', resolve)
      void Promise.resolve().then(() => timer.unref())
    })
    response.destroy()
  }

  async function forward(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers))
      if (typeof value === 'string' && !HOP_BY_HOP.has(name)) headers.set(name, value)
    const method = request.method ?? 'GET'
    const answer = await fetch(`${target}${request.url}`, {
      method,
      headers,
      redirect: 'manual',
      ...(method !== 'GET' && method !== 'HEAD' && { body: new Uint8Array(body) }),
    })
    const kept = [...answer.headers].filter(([name]) => !HOP_BY_HOP.has(name))
    return {
      status: answer.status,
      headers: Object.fromEntries(kept),
      body: Buffer.from(await answer.arrayBuffer()),
    }
  }

  /** Answers when the clock differs from the known one, or after a while. */
  async function tellClock(path: string, response: ServerResponse): Promise<void> {
    const known = Number(new URL(path, 'http://clock').searchParams.get('known'))
    if (offset === known)
      await new Promise<void>((resolve) => {
        hanging.add(resolve)
        setTimeout(resolve, CLOCK_WAIT_MS).unref()
      })
    json(response, 200, { offset })
  }
  const letGo = () => {
    for (const resolve of hanging) resolve()
    hanging.clear()
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shake: (next, which = FAULTS) => {
      share = next
      faults = which
    },
    counts,
    setClock: (next) => {
      offset = next
      letGo()
    },
    close: async () => {
      letGo()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Answer {
  status: number
  headers: Record<string, string>
  body: Buffer
}

const HOP_BY_HOP = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
])

/** As Shopify answers when the bucket is empty. */
const THROTTLED = {
  errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
  extensions: {
    cost: {
      requestedQueryCost: 52,
      actualQueryCost: null,
      throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 12, restoreRate: 100 },
    },
  },
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function pass(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body)
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
