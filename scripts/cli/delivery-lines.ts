import { createReadStream } from 'node:fs'
import { validateHeaderName, validateHeaderValue } from 'node:http'
import { createInterface } from 'node:readline'

/** One line of a file of deliveries. */
export interface DeliveryLine {
  topic: string
  /** The body as it is sent. */
  body: string
  /** Lower-case names. */
  headers: Record<string, string>
}

export type ReadLine =
  | { number: number; delivery: DeliveryLine; bytes: number }
  | { number: number; fault: string; bytes: number }

// Part of the language since ES2025; TypeScript's libraries do not know them yet.
const exact = JSON as unknown as {
  rawJSON(text: string): unknown
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown
}

/** Numbers keep the digits they were written with: Shopify's ids exceed 2^53, and "10.00" is not 10. */
function parseExactly(text: string): unknown {
  return exact.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && source !== String(value)
      ? exact.rawJSON(source)
      : value,
  )
}

/**
 * Reads `{"topic", "payload", "headers"?}`, one a line. A payload that is a text is sent as it is.
 * @returns what is wrong with the line, as a text, when something is
 */
export function readDeliveryLine(line: string): DeliveryLine | string {
  let value: unknown
  try {
    value = parseExactly(line)
  } catch {
    return 'is not JSON'
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is not an object'
  const { topic, payload, headers = {} } = value as Record<string, unknown>
  if (typeof topic !== 'string' || topic === '') return 'has no topic'
  if (payload === undefined || payload === null) return 'has no payload'
  if (typeof headers !== 'object' || headers === null) return 'has headers that are no object'
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const)
  const impossible = [...named, ['topic', topic] as const].find(([name, value]) => !canBeSent(name, value))
  if (impossible) return `has a ${JSON.stringify(impossible[0])} that no header can carry`
  return {
    topic,
    body: typeof payload === 'string' ? payload : JSON.stringify(payload),
    headers: Object.fromEntries(named),
  }
}

function canBeSent(name: string, value: string): boolean {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}

/** The lines of a file, one after the other; empty ones are passed over. */
export async function* deliveryLines(file: string): AsyncGenerator<ReadLine> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
  let number = 0
  for await (const line of lines) {
    number++
    const bytes = Buffer.byteLength(line) + 1
    if (line.trim() === '') continue
    const read = readDeliveryLine(line)
    yield typeof read === 'string' ? { number, fault: read, bytes } : { number, delivery: read, bytes }
  }
}
