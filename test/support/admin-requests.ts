import fc from 'fast-check'
import { BROWSER } from './admin-pages.ts'

/**
 * Generated requests against every loader and action of the merchant's admin, each with what it reads and with ids of
 * another shop in every place where an id can stand.
 */

/** What one request carries. */
export interface Carried {
  /** Of the address, where it has one. */
  param?: string
  query?: Record<string, string>
  json?: unknown
  form?: Record<string, string>
  /** A file with a line for each id. */
  file?: { kind: string; ids: string[] }
}
export type Draw = fc.Arbitrary<Carried>

/** @param ids of the other shop, by column; asked when a request is drawn */
export function adminRequests(ids: () => Map<string, string[]>) {
  /** An id of the neighbour's: mostly of this column, else of any. */
  const id = (column = ''): fc.Arbitrary<string> =>
    fc.tuple(fc.nat(10_000), fc.nat(3)).map(([n, any]) => {
      const named = ids().get(column) ?? []
      const all = any > 0 && named.length > 0 ? named : [...ids().values()].flat()
      return all[n % all.length] ?? ''
    })
  const number = (column: string) => id(column).map((text) => (/^\d{1,15}$/.test(text) ? Number(text) : 1))
  const json = (body: fc.Arbitrary<unknown>): Draw => body.map((value) => ({ json: value }))
  const query = (...names: string[]): Draw =>
    fc
      .record(Object.fromEntries(names.map((name) => [name, id(`${name}_id`)])), { requiredKeys: [] })
      .map((values) => ({ query: values as Record<string, string> }))
  /** Which column the number in an address is of. */
  const at = (column: string, draw: Draw): Draw =>
    fc.tuple(id(column), draw).map(([param, carried]) => ({ param, ...carried }))
  const one = <T>(...values: T[]) => fc.constantFrom(...values)
  const key = fc.uuid()
  /** Ours as it is now, or one that only theirs has. */
  const revision = fc.oneof(fc.nat(6), number('revision'))
  const version = fc.oneof(fc.integer({ min: 1, max: 3 }), number('version'))
  /** Where a list goes on: `value_account`. */
  const cursor = fc.oneof(
    id(),
    fc.constant('0_0'),
    fc.tuple(id(), id('account_id')).map((parts) => parts.join('_')),
  )

  const memberList: Draw = fc
    .record({
      q: fc.oneof(id('customer_id'), fc.constant('')),
      sort: one('activity', 'available', 'pending', 'tier', 'customer'),
      dir: one('asc', 'desc'),
      tier: one('neighbour-tier', 'none', ''),
      only: one('guests', 'debt', 'codes', 'inactive', ''),
      page: id('page'),
      after: fc.oneof(cursor, fc.constant('')),
      before: fc.oneof(cursor, fc.constant('')),
    })
    .map(({ tier, after, before, ...rest }) => ({
      query: { ...rest, ...(tier && { tier }), ...(after && { after }), ...(before && { before }) },
    }))

  const requests: Record<string, Draw> = {
    'app loader': query(),
    'app.$ loader': query(),
    'app._index loader': query(),
    'app._index action': json(
      fc.record({ guideDismissed: fc.boolean(), themeBlockDone: fc.boolean() }, { requiredKeys: [] }),
    ),
    'app.members.$customerId loader': at('customer_id', query('after')),
    'app.members.$customerId action': at(
      'customer_id',
      fc
        .record({
          intent: one('adjust', 'undo', 'reinstate', 'end-code'),
          points: fc.oneof(one('7', '-7'), id('points')),
          reason: fc.constant('Kulanz im Laden'),
          key,
          postingId: id('posting_id'),
          codeId: id('redemption_id'),
          lastDay: one('', '2027-06-30'),
        })
        .map((form) => ({ form })),
    ),
    'app.members.$customerId_.history loader': at('customer_id', query('after')),
    'app.members._index loader': memberList,
    'app.members.export loader': memberList,
    'app.members.to-do loader': fc
      .record({ show: one('done', ''), after: id('redemption_id') })
      .map((values) => ({ query: values })),
    'app.members.to-do action': json(
      fc.record({ deed: one('done', 'undo', 'cancel', 'take-back'), id: number('redemption_id') }),
    ),
    'app.members.draws loader': query(),
    'app.members.draws_.$id loader': at('draw', query()),
    'app.members.causes loader': fc
      .record({ cause: id('cause'), after: id('payment_id') })
      .map((values) => ({ query: values })),
    'app.members.causes action': json(
      fc.oneof(
        fc.record({
          intent: fc.constant('pay'),
          cause: fc.oneof(id('cause'), id('reward_id')),
          amount: one('5.00', '5'),
          paidOn: fc.constant('2026-01-05'),
          note: id(),
          proof: one('', 'https://spende.example/beleg'),
          key,
        }),
        fc.record({ intent: fc.constant('correct'), id: number('payment_id') }),
      ),
    ),
    'app.operations._index loader': query(),
    'app.operations.audit loader': query(),
    'app.operations.audit action': json(fc.record({ shopId: number('shop') }, { requiredKeys: [] })),
    'app.operations.bulk.$id._index loader': at('batch_id', query()),
    'app.operations.bulk.$id._index action': at(
      'batch_id',
      json(
        fc.record(
          { intent: one('confirm', 'discard', 'undo'), despite: number('batch_id'), version },
          { requiredKeys: ['intent'] },
        ),
      ),
    ),
    'app.operations.bulk.$id.lines loader': at(
      'batch_id',
      fc
        .record({ after: fc.oneof(one('0', '1'), id('line')), which: one('problems', 'good') })
        .map((values) => ({ query: values })),
    ),
    'app.operations.bulk.$id.problems loader': at('batch_id', query()),
    'app.operations.bulk._index loader': query('kind'),
    'app.operations.bulk._index action': fc
      .record({
        kind: one('adjustment', 'import'),
        ids: fc.array(id('customer_id'), { minLength: 1, maxLength: 5 }),
      })
      .map((file) => ({ file })),
    'app.operations.deliveries loader': fc
      .record({ before: id('delivery_id') })
      .map((values) => ({ query: values })),
    'app.operations.deliveries action': json(
      fc.record({ deliveryId: fc.oneof(number('delivery_id'), fc.constant(null)) }),
    ),
    'app.operations.past-orders loader': query(),
    'app.operations.past-orders action': json(
      fc.oneof(
        fc.record({
          intent: fc.constant('start'),
          from: one('2020-01-01', '2026-01-01'),
          award: fc.boolean(),
        }),
        fc.constant({ intent: 'cancel' }),
        fc.record({ intent: one('confirm', 'undo'), id: number('import_id') }),
      ),
    ),
    'app.operations.privacy loader': query(),
    'app.operations.privacy_.$id loader': at('request_id', query()),
    'app.operations.reconciliation loader': query(),
    'app.operations.reconciliation action': json(
      fc.oneof(
        fc.record({
          check: fc.constant('orders'),
          days: fc.oneof(fc.integer({ min: 1, max: 60 }), number('days')),
        }),
        fc.record({ check: fc.constant('codes') }),
      ),
    ),
    'app.program loader': query('version'),
    'app.program action': json(
      fc.oneof(
        fc.constant({ intent: 'start' }),
        fc.record({ intent: fc.constant('restore'), revision, version }),
        fc.record({ intent: fc.constant('discard'), revision }),
        fc.record({
          intent: fc.constant('save'),
          revision,
          patch: fc.record({ returnWindowDays: fc.integer({ min: 0, max: 30 }) }),
        }),
      ),
    ),
    'app.program.history loader': query('version'),
    'app.program.publish loader': query('version'),
    'app.program.publish action': json(
      fc.record({ revision, countFrom: one(null, '2026-01-01'), note: fc.constant('Hinweis') }),
    ),
    'app.settings loader': query(),
    'app.settings action': json(
      fc.record({ guideDismissed: fc.boolean(), themeBlockDone: fc.boolean() }, { requiredKeys: [] }),
    ),
  }

  /** Where nothing of the folder is meant: the neighbour's names in the places that libraries and loops look at. */
  const everywhere = query('shop', 'shopId', 'shop_id', 'domain', 'accountId', 'host')

  return { requests, everywhere, id }
}

export function sentBy(token: string, { json, form, file }: Carried): RequestInit {
  const headers = { 'User-Agent': BROWSER, Authorization: `Bearer ${token}` }
  if (form) return { headers, body: new URLSearchParams(form) }
  if (json !== undefined)
    return { headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(json) }
  if (!file) return { headers }
  const body = new FormData()
  const lines = file.ids.map((each, n) => `${each};${n + 3};Kulanz;2026-01-0${n + 1}`)
  body.set('kind', file.kind)
  body.set('file', new File([`Kundennummer;Punkte;Grund;Verdient am\n${lines.join('\n')}`], 'punkte.csv'))
  return { headers, body }
}
