/** A row whose document is none of ours: a hand in the database wrote it, or another program. */
export class UnsoundRow extends Error {
  constructor(row: string, fault: string) {
    super(`${row}: what is stored of it cannot be read: ${fault}`)
    this.name = 'UnsoundRow'
  }
}
