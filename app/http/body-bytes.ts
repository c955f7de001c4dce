/** Bytes of a body as they come: kept up to a limit, beyond it only counted. */
export class BodyBytes {
  /** How many have come. */
  size = 0
  private chunks: Uint8Array[] = []
  private readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  add(chunk: Uint8Array): void {
    this.size += chunk.byteLength
    if (this.size <= this.limit) this.chunks.push(chunk)
    else this.chunks = []
  }

  /** Null when there were more than the limit. */
  bytes(): Buffer | null {
    if (this.size > this.limit) return null
    const [first] = this.chunks
    return this.chunks.length === 1 && Buffer.isBuffer(first) ? first : Buffer.concat(this.chunks, this.size)
  }
}
