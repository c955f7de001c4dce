/** Documents of one kind, in memory. Put a changed document back with `put`: changes are not noticed. */
export class Table<T> {
  readonly name: string
  #rows = new Map<string, T>()
  #key: (row: T) => string
  #changed: (table: string, key: string, row: T | null) => void
  #listeners: ((row: T, previous: T | undefined) => void)[] = []

  constructor(
    name: string,
    key: (row: T) => string,
    changed: (table: string, key: string, row: T | null) => void,
  ) {
    this.name = name
    this.#key = key
    this.#changed = changed
  }

  get size(): number {
    return this.#rows.size
  }

  get(key: string | number): T | undefined {
    return this.#rows.get(String(key))
  }

  /** All rows in the order in which they were first put. */
  all(): T[] {
    return [...this.#rows.values()]
  }

  values(): IterableIterator<T> {
    return this.#rows.values()
  }

  find(test: (row: T) => boolean): T | undefined {
    for (const row of this.#rows.values()) if (test(row)) return row
    return undefined
  }

  filter(test: (row: T) => boolean): T[] {
    const found: T[] = []
    for (const row of this.#rows.values()) if (test(row)) found.push(row)
    return found
  }

  put(row: T): T {
    const key = this.#key(row)
    const previous = this.#rows.get(key)
    this.#rows.set(key, row)
    this.#changed(this.name, key, row)
    for (const listener of this.#listeners) listener(row, previous)
    return row
  }

  delete(key: string | number): boolean {
    if (!this.#rows.delete(String(key))) return false
    this.#changed(this.name, String(key), null)
    return true
  }

  /** Called by the store when it opens: no write. */
  load(row: T): void {
    this.#rows.set(this.#key(row), row)
  }

  onPut(listener: (row: T, previous: T | undefined) => void): void {
    this.#listeners.push(listener)
  }
}
