/**
 * The state of the practice store: maps in memory, each change written through to one document in SQLite.
 *
 * Reads never touch the disk. Writes are collected and written in one transaction at the end of the current
 * turn of the event loop, or at once by `flush()`; routes flush before they answer (see `main.ts`), so whatever
 * was answered survives a kill -9 (SQLite in WAL mode).
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { FIRST_IDS, type IdKind } from './ids.ts'
import {
  APP_ID,
  APP_INSTALLATION_ID,
  type AppInstallation,
  type Collection,
  type Customer,
  type DeliverySwitches,
  type DiscountNode,
  type GiftCard,
  type HistoryEvent,
  type HistoryState,
  type IsoTime,
  isoTime,
  type Metafield,
  type MetafieldDefinition,
  type MetafieldOwner,
  type Order,
  type Product,
  resolveNamespace,
  type Segment,
  type Shop,
  type StoreCreditAccount,
  type StoreCreditTransaction,
  type WebhookDelivery,
} from './model.ts'
import { Table } from './table.ts'

export interface StoreOptions {
  /** Directory for the database; ":memory:" keeps nothing (tests). */
  directory: string
  /** Epoch milliseconds. */
  now?: () => number
}

const byId = (row: { id: number }) => String(row.id)

export class Store {
  readonly now: () => number
  #database: DatabaseSync
  #pending = new Map<string, { table: string; key: string; row: unknown }>()
  #scheduled: NodeJS.Immediate | null = null
  #tables = new Map<string, Table<never>>()
  #closed = false

  readonly products: Table<Product>
  readonly collections: Table<Collection>
  readonly customers: Table<Customer>
  readonly orders: Table<Order>
  readonly discounts: Table<DiscountNode>
  readonly metafields: Table<Metafield>
  readonly metafieldDefinitions: Table<MetafieldDefinition>
  readonly deliveries: Table<WebhookDelivery>
  readonly historyEvents: Table<HistoryEvent>
  readonly giftCards: Table<GiftCard>
  readonly storeCreditAccounts: Table<StoreCreditAccount>
  readonly storeCreditTransactions: Table<StoreCreditTransaction>
  readonly segments: Table<Segment>
  /** Former customer id → kept id. */
  readonly mergedCustomers: Table<{ from: number; to: number }>
  /** Single documents and counters by name. */
  readonly documents: Table<{ name: string; value: unknown }>

  constructor(options: StoreOptions) {
    const clock = options.now ?? Date.now
    this.now = () => clock() + this.clockOffset
    if (options.directory === ':memory:') {
      this.#database = new DatabaseSync(':memory:')
    } else {
      mkdirSync(options.directory, { recursive: true })
      this.#database = new DatabaseSync(join(options.directory, 'store.sqlite'))
    }
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS document (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (kind, key)
      );`)
    this.products = this.#table<Product>('product', byId)
    this.collections = this.#table<Collection>('collection', byId)
    this.customers = this.#table<Customer>('customer', byId)
    this.orders = this.#table<Order>('order', byId)
    this.discounts = this.#table<DiscountNode>('discount', byId)
    this.metafields = this.#table<Metafield>('metafield', metafieldKey)
    this.metafieldDefinitions = this.#table<MetafieldDefinition>('metafield-definition', byId)
    this.deliveries = this.#table<WebhookDelivery>('delivery', byId)
    this.historyEvents = this.#table<HistoryEvent>('history-event', byId)
    this.giftCards = this.#table<GiftCard>('gift-card', byId)
    this.storeCreditAccounts = this.#table<StoreCreditAccount>('store-credit-account', byId)
    this.storeCreditTransactions = this.#table<StoreCreditTransaction>('store-credit-transaction', byId)
    this.segments = this.#table<Segment>('segment', byId)
    this.mergedCustomers = this.#table<{ from: number; to: number }>('merged-customer', (row) =>
      String(row.from),
    )
    this.documents = this.#table<{ name: string; value: unknown }>('document', (row) => row.name)
    this.#load()
  }

  #table<T>(name: string, key: (row: T) => string): Table<T> {
    const table = new Table<T>(name, key, (kind, rowKey, row) => this.#note(kind, rowKey, row))
    this.#tables.set(name, table as unknown as Table<never>)
    return table
  }

  #load(): void {
    const rows = this.#database.prepare('SELECT kind, body FROM document ORDER BY position').iterate()
    for (const row of rows) {
      const table = this.#tables.get(String(row.kind)) as Table<unknown> | undefined
      table?.load(JSON.parse(String(row.body)))
    }
  }

  #note(table: string, key: string, row: unknown): void {
    this.#pending.set(`${table}\n${key}`, { table, key, row })
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null
      this.flush()
    })
  }

  /** Writes everything that changed so far, in one transaction. Returns once it survives a kill. */
  flush(): void {
    if (this.#pending.size === 0 || this.#closed) return
    const changes = [...this.#pending.values()]
    this.#pending.clear()
    const put = this.#database.prepare(
      'INSERT INTO document (kind, key, body) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body',
    )
    const remove = this.#database.prepare('DELETE FROM document WHERE kind = ? AND key = ?')
    this.#database.exec('BEGIN')
    try {
      for (const { table, key, row } of changes) {
        if (row === null) remove.run(table, key)
        else put.run(table, key, JSON.stringify(row))
      }
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }

  get closed(): boolean {
    return this.#closed
  }

  close(): void {
    if (this.#closed) return
    this.flush()
    if (this.#scheduled) clearImmediate(this.#scheduled)
    this.#closed = true
    this.#database.close()
  }

  /** The present time, one-second resolution. */
  time(): IsoTime {
    return isoTime(this.now())
  }

  /** Ids follow one another per kind, so the same actions give the same ids. */
  readonly nextId = (kind: IdKind): number => {
    const name = `next-id:${kind}`
    const id = (this.documents.get(name)?.value as number | undefined) ?? FIRST_IDS[kind]
    this.documents.put({ name, value: id + 1 })
    return id
  }

  document<T>(name: string): T | undefined {
    return this.documents.get(name)?.value as T | undefined
  }

  setDocument(name: string, value: unknown): void {
    this.documents.put({ name, value })
  }

  /** Throws when the store was not seeded. */
  get shop(): Shop {
    const shop = this.document<Shop>('shop')
    if (!shop) throw new Error('The practice store has no shop yet: seed it first')
    return shop
  }

  set shop(shop: Shop) {
    this.setDocument('shop', shop)
  }

  get installation(): AppInstallation {
    return (
      this.document<AppInstallation>('installation') ?? {
        id: APP_INSTALLATION_ID,
        appId: APP_ID,
        installed: false,
        installedAt: null,
        uninstalledAt: null,
        scope: '',
        tokens: [],
      }
    )
  }

  set installation(installation: AppInstallation) {
    this.setDocument('installation', installation)
  }

  /** By how many milliseconds the practice shop's clock is ahead. */
  get clockOffset(): number {
    return this.document<number>('clock-offset') ?? 0
  }

  set clockOffset(offset: number) {
    this.setDocument('clock-offset', offset)
  }

  get switches(): DeliverySwitches {
    return (
      this.document<DeliverySwitches>('switches') ?? {
        duplicate: 0,
        delay: 0,
        delaySeconds: 30,
        reorder: 0,
        drop: 0,
        retrySpeed: 60,
      }
    )
  }

  set switches(switches: DeliverySwitches) {
    this.setDocument('switches', switches)
  }

  get history(): HistoryState {
    return this.document<HistoryState>('history') ?? { next: 1, total: 0, done: false }
  }

  set history(history: HistoryState) {
    this.setDocument('history', history)
  }

  /** The customer, also by the id that he had before a merge. */
  customer(id: number): Customer | undefined {
    let current = id
    for (let hops = 0; hops < 10; hops += 1) {
      const found = this.customers.get(current)
      if (found) return found
      const merged = this.mergedCustomers.get(current)
      if (!merged) return undefined
      current = merged.to
    }
    return undefined
  }

  ordersOf(customerId: number): Order[] {
    return this.orders.filter((order) => order.customerId === customerId)
  }

  /** Codes are compared without regard to case, as Shopify does. */
  discountByCode(code: string): DiscountNode | undefined {
    const wanted = code.trim().toLowerCase()
    return this.discounts.find((node) => node.codes.some((entry) => entry.code.toLowerCase() === wanted))
  }

  /** `namespace` may be the short form "$app:…". */
  metafield(
    ownerType: MetafieldOwner,
    ownerId: number,
    namespace: string,
    key: string,
  ): Metafield | undefined {
    return this.metafields.get(
      metafieldKey({ ownerType, ownerId, namespace: resolveNamespace(namespace), key }),
    )
  }

  metafieldsOf(ownerType: MetafieldOwner, ownerId: number): Metafield[] {
    return this.metafields.filter((row) => row.ownerType === ownerType && row.ownerId === ownerId)
  }
}

function metafieldKey(row: Pick<Metafield, 'ownerType' | 'ownerId' | 'namespace' | 'key'>): string {
  return `${row.ownerType}/${row.ownerId}/${row.namespace}/${row.key}`
}
