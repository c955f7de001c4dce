import type { z } from 'zod'
import { BodyBytes } from '../http/body-bytes.ts'
import { faultOfText } from '../storable-text.ts'

/**
 * The one way to the body of a request: bytes are counted while they come, whatever the sender has announced, and what
 * is longer than the route allows is cut off with 413. `request.json()`, `.text()`, `.formData()` and the like would
 * keep all that anybody sends; a test refuses them.
 */

/** Of a body that is too large so much is still read and thrown away, so that the sender hears the answer. */
const PATIENCE = 4
/** What a page of the admin sends, unless its route says more. */
const LONGEST_JSON = 65_536
const LONGEST_FORM = 65_536
/** No form of ours has more fields; reading one costs time for each. */
const MOST_PARTS = 20

/**
 * The raw bytes.
 * @param limit in bytes
 * @throws Response 413 (more than `limit`), 415 (compressed), 400 (the sender hung up)
 */
export async function bodyBytes(request: Request, limit: number): Promise<Buffer> {
  const encoding = request.headers.get('content-encoding') ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') throw refused(415)
  const announced = request.headers.get('content-length') ?? ''
  if (/^\d{1,15}$/.test(announced) && Number(announced) > limit * PATIENCE) throw refused(413)
  const reader = request.body?.getReader()
  const body = new BodyBytes(limit)
  while (reader && body.size <= limit * PATIENCE) {
    const { done, value } = await reader.read().catch(() => {
      throw refused(400)
    })
    if (done) break
    body.add(value)
  }
  // Not cancelled: that would end the connection before the answer is on it. It is closed behind the answer.
  const bytes = body.bytes()
  if (bytes === null) throw refused(413)
  return bytes
}

/** The connection ends with the answer: what still comes on it is nobody's request. */
function refused(status: number): Response {
  return new Response(null, { status, headers: { Connection: 'close' } })
}

/** @throws Response as `bodyBytes` */
export async function bodyText(request: Request, limit: number): Promise<string> {
  return new TextDecoder().decode(await bodyBytes(request, limit))
}

/**
 * What a page has sent, once who sent it is known.
 * @throws Response 400 when it has another shape or holds text that cannot be stored, and as `bodyBytes`
 */
export async function bodyOfShape<T>(
  request: Request,
  shape: z.ZodType<T>,
  limit = LONGEST_JSON,
): Promise<T> {
  const value = parsed(await bodyText(request, limit))
  mustBeStorable(value)
  const sent = shape.safeParse(value)
  if (!sent.success) throw new Response(null, { status: 400 })
  return sent.data
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * A form, url-encoded or multipart.
 * @throws Response 400 (no form, one of very many parts, or text that cannot be stored), and as `bodyBytes`
 */
export async function bodyForm(request: Request, limit = LONGEST_FORM): Promise<FormData> {
  const bytes = await bodyBytes(request, limit)
  const type = request.headers.get('content-type') ?? ''
  const boundary = /^multipart\/form-data\b.{0,80}\bboundary="?([^";,\s]{1,70})/i.exec(
    type.slice(0, 200),
  )?.[1]
  if (boundary !== undefined && hasMore(bytes, `--${boundary}`, MOST_PARTS))
    throw new Response(null, { status: 400 })
  // The platform's own reader, over bytes that are counted.
  const form = await new Response(new Uint8Array(bytes), { headers: { 'Content-Type': type } })
    .formData()
    .catch(() => {
      throw new Response(null, { status: 400 })
    })
  for (const [name, value] of form) mustBeStorable({ [name]: typeof value === 'string' ? value : value.name })
  return form
}

/** @throws Response 400 with a sentence */
function mustBeStorable(value: unknown): void {
  const fault = faultOfText(value)
  if (fault === null) return
  throw new Response(fault, { status: 400, headers: { 'Content-Type': 'text/plain; charset=utf-8' } })
}

function hasMore(bytes: Buffer, mark: string, most: number): boolean {
  let at = -1
  for (let found = 0; found <= most + 1; found++) {
    at = bytes.indexOf(mark, at + 1)
    if (at === -1) return false
  }
  return true
}
