import { expect, test } from 'vitest'
import { SEARCHED } from '../../app/loyalty/upkeep/texts-that-name.ts'
import { useDatabase } from '../database.ts'

const database = useDatabase()

/** Words of the program's own, Shopify's or the merchant's, numbers and keys. */
const NOBODY = 'names nobody'
/** Of people who work for the shop. */
const STAFF = 'names staff by number, or while signed in'
/** Whose these are is known without a search. */
const OWN = 'taken away from the person’s own rows by a redaction (app/loyalty/upkeep/redact-customer.ts)'
/** People write here, or it is quoted what they wrote: a redaction looks for the person in everybody's. */
const SEARCHED_FOR = 'searched by a redaction (app/loyalty/upkeep/texts-that-name.ts)'

/**
 * The shop's own words for everybody: names of rewards and campaigns, tags of products. Rules ask for them word by word,
 * so that points would move by a mark; docs/decisions/0046 says that they stay.
 */
const PUBLIC = 'the merchant’s words for all customers, which rules go by; not searched'

const COUNTED = 'a keyed hash of a number or an address, dropped within a day (app/loyalty/upkeep/tidy-up.ts)'

/** What each column that can hold words says of a customer. A new one has to be thought about, and put here. */
const COLUMNS: Record<string, Record<string, string>> = {
  [STAFF]: {
    Session: 'accessToken email firstName id lastName locale refreshToken scope shop state',
    posting: 'actor',
    program: 'published_by',
    program_draft: 'updated_by',
    bulk_batch: 'created_by confirmed_by',
    order_import: 'started_by confirmed_by undone_by',
    redemption: 'ending_by',
    cause_payment: 'actor',
  },
  [NOBODY]: {
    _prisma_migrations: 'checksum id logs migration_name',
    shop: 'currency domain locale name settings time_zone',
    balance: 'tier_id',
    // `source_id` is made of numbers of orders and of ours.
    posting: 'kind part source_id',
    // Times, money and points, and a tier's key.
    order_state: 'status_steps tier_id',
    dispute: 'standing',
    hold: 'kind outcome',
    // Codes are ours; the key comes from the storefront in a shape that has no room for an address.
    redemption: 'code discount_id ending made_mark request_key return_reason reward_id shown_code status',
    // Keys of the document; a key that the form has made.
    cause_payment: 'cause request_key',
    draw_ticket: 'draw',
    // Of a problem: a sentence of ours with a code of Shopify's.
    code_finding: 'discount_id problem repair why',
    // Only codes of our form are noted, and no titles.
    unknown_discount: 'code problem',
    expiry_warning: 'kind outcome sent_by',
    reconciliation: 'cursor kind',
    reconciliation_finding: 'why',
    // Findings are numbers of our rows and of orders.
    audit_run: 'findings kind',
    order_import: 'cursor status',
    order_import_order: 'state',
    bulk_batch: 'digest kind status',
    bulk_line: 'problem status',
    delivery: 'api_version shop_domain topic webhook_id',
    delivery_outcome: 'status',
    earning_award: 'source taken_because',
  },
  [PUBLIC]: {
    shop: 'campaign_titles',
    program: 'document',
    program_draft: 'document',
    product_label: 'tags',
    // The reward as the program told it then.
    redemption: 'reward',
  },
  [OWN]: {
    account: 'guest_hash',
    earning_occasion: 'key source told',
  },
  [SEARCHED_FOR]: {
    // What `why` quotes of orders: titles of lines, names.
    posting: 'reason why',
    program: 'note',
    cause_payment: 'note proof',
    // Beside the customer's number and the hash of the address, which are cut: titles of lines, codes, the source.
    order_state: 'facts name',
    bulk_batch: 'error file_name',
    bulk_line: 'email reason value',
    order_import: 'error',
    order_import_problem: 'order_name problem',
    reconciliation: 'error',
    reconciliation_finding: 'order_name problem',
    audit_run: 'error',
    data_request: 'export',
    delivery: 'body',
    delivery_outcome: 'reason',
    inbox: 'reason',
  },
  [COUNTED]: {
    request_count: 'key',
    // A hash of whom; it goes after 30 days.
    forgotten_person: 'who',
  },
}

const columnsOf = (tables: Record<string, string>) =>
  Object.entries(tables).flatMap(([table, columns]) =>
    columns.split(' ').map((column) => `${table}.${column}`),
  )

test('A11: a redaction searches the columns of which it is said here, and no others', () => {
  expect(Object.keys(SEARCHED).toSorted()).toEqual(columnsOf(COLUMNS[SEARCHED_FOR] ?? {}).toSorted())
})

test('A11: of every column that can hold words it is known whom it names, and who takes it away', async () => {
  const { rows } = await database.owner().query<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name
       FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
        AND udt_name ~ '^_?(text|varchar|bpchar|citext|name|json|jsonb|xml|bytea|hstore)$'
      ORDER BY 1`,
  )
  const known = Object.values(COLUMNS).flatMap(columnsOf)
  expect(new Set(known).size).toBe(known.length)
  expect(rows.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([])
})
