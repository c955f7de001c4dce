import type { IncomingMessage } from 'node:http'
import { BodyBytes } from '../http/body-bytes.ts'

/** The body is larger than the limit. */
export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge'
}

/** The sender hung up before the body was complete. */
export class BodyIncomplete extends Error {
  override name = 'BodyIncomplete'
}

/** How much of a body that is too large is still read (and thrown away), so that the sender hears the answer. */
const PATIENCE = 4

/**
 * The raw bytes of a request's body.
 * @throws BodyTooLarge when there are more than `limit` bytes; they are not kept.
 * @throws BodyIncomplete when the connection ends early.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => reject(new BodyTooLarge(`The body is larger than ${limit} bytes`))
    if (Number(request.headers['content-length'] ?? 0) > limit * PATIENCE) return tooLarge()
    const body = new BodyBytes(limit)
    request.on('data', (chunk: Buffer) => {
      body.add(chunk)
      if (body.size > limit * PATIENCE) {
        request.pause()
        tooLarge()
      }
    })
    request.once('end', () => {
      const bytes = body.bytes()
      if (bytes === null) tooLarge()
      else resolve(bytes)
    })
    const incomplete = () => reject(new BodyIncomplete('The connection ended before the body was complete'))
    request.once('error', incomplete)
    request.once('close', () => request.complete || incomplete())
  })
}
