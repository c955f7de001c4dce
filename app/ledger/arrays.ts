/**
 * Arrays as PostgreSQL's binary parameters. A batch sends some ten columns of some hundred values; written as text,
 * most of the statement's time goes into quoting them here and reading them there.
 *
 * The format: dimensions, "has nulls", element type, length, lower bound; then each element's length (-1: null) and
 * bytes, all big-endian (array_send in PostgreSQL's arrayfuncs.c).
 */
const INT4 = 23
const INT8 = 20
const FLOAT8 = 701
const TEXT = 25
const JSON_TYPE = 114
const HEADER = 20
const TWO_32 = 4_294_967_296
/** So many digits always fit into 2^53. */
const SAFE_DIGITS = 15
/** Of 64 bits, with the sign. */
const MOST_DIGITS = 20
const DIGITS = /^-?\d+$/

type Nullable<T> = readonly (T | null)[]

/** For `$n::bigint[]`: safe integers, or Shopify's ids as digits. */
export function bigints(values: Nullable<number | string>): Buffer {
  return fixed(INT8, 8, values, (view, value, at) => {
    // A number may be written as "1e3" or "", an id may not.
    if (typeof value === 'string' && !DIGITS.test(value)) throw new Error(`"${value}" is not a whole number`)
    // Most ids of Shopify's are short enough for a number; those that are not need a BigInt.
    if (typeof value === 'string' && value.length > SAFE_DIGITS) {
      view.setBigInt64(at, inRange(value))
      return
    }
    const whole = Number(value)
    if (!Number.isSafeInteger(whole)) throw new Error(`${value} is not a whole number`)
    view.setInt32(at, Math.floor(whole / TWO_32))
    view.setInt32(at + 4, whole | 0)
  })
}

/** The view would write what is left of a longer number when its higher bits are cut off. */
function inRange(digits: string): bigint {
  const whole = digits.length > MOST_DIGITS ? null : BigInt(digits)
  if (whole === null || BigInt.asIntN(64, whole) !== whole)
    throw new Error(`"${digits.slice(0, 40)}" does not fit into 64 bits`)
  return whole
}

/** For `$n::int[]`. */
export function ints(values: Nullable<number>): Buffer {
  return fixed(INT4, 4, values, (view, value, at) => {
    if (value !== (value | 0)) throw new Error(`${value} is not a whole number of 32 bits`)
    view.setInt32(at, value)
  })
}

/** For `$n::float8[]`. */
export function floats(values: Nullable<number>): Buffer {
  return fixed(FLOAT8, 8, values, (view, value, at) => view.setFloat64(at, value))
}

/** For `$n::text[]`. */
export function texts(values: Nullable<string>): Buffer {
  return strings(TEXT, values)
}

/** For `$n::json[]`: any values, null for NULL. */
export function jsons(values: readonly unknown[]): Buffer {
  return strings(
    JSON_TYPE,
    values.map((value) => (value === null || value === undefined ? null : JSON.stringify(value))),
  )
}

function fixed<T>(
  type: number,
  size: number,
  values: Nullable<T>,
  write: (view: DataView, value: T, at: number) => void,
): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER + values.length * (4 + size))
  // A view writes several times faster than the buffer's own methods, which check every value.
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
  let at = header(buffer, type, values)
  // Counted, not "of": an iterator's answer for each of some thousand values is a good part of a batch's garbage.
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as T | null
    view.setInt32(at, value === null ? -1 : size)
    at += 4
    if (value === null) continue
    write(view, value, at)
    at += size
  }
  return buffer.subarray(0, at)
}

function strings(type: number, values: Nullable<string>): Buffer {
  let size = HEADER
  for (const value of values) size += 4 + (value === null ? 0 : value.length * 3)
  const buffer = Buffer.allocUnsafe(size)
  let at = header(buffer, type, values)
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at)
      continue
    }
    const written = buffer.write(value, at + 4)
    buffer.writeInt32BE(written, at)
    at += 4 + written
  }
  return buffer.subarray(0, at)
}

function header(buffer: Buffer, type: number, values: readonly unknown[]): number {
  buffer.writeInt32BE(values.length === 0 ? 0 : 1, 0)
  buffer.writeInt32BE(values.includes(null) ? 1 : 0, 4)
  buffer.writeInt32BE(type, 8)
  if (values.length === 0) return 12
  buffer.writeInt32BE(values.length, 12)
  buffer.writeInt32BE(1, 16)
  return HEADER
}
