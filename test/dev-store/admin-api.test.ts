/** The Admin API of the practice store: door, access, cost, paging, search, metafields, and its troubles. */
import { describe, expect, test } from 'vitest'
import { netOf, orderTotals } from '../../dev-store/commerce/order-state.ts'
import { appDocuments } from '../../scripts/check-shopify-operations.ts'
import { ALL_SCOPES, type Answer, openHarness } from './admin-harness.ts'

const documents = new Map((await appDocuments()).map(({ name, source }) => [name, source]))
const text = (name: string) => documents.get(name) ?? ''
const PATH = '/admin/api/2026-10/graphql.json'
const SHOP = '{ shop { id } }'

describe('the door', () => {
  const harness = openHarness()
  const token = () => harness.store.installation.tokens[0]?.token ?? ''
  const ask = (path: string, headers: Record<string, string>, body: unknown = { query: SHOP }) =>
    harness.post(path, body, headers)

  test('knows one version of the API', async () => {
    const headers = { 'x-shopify-access-token': token() }
    expect((await ask(PATH, headers)).status).toBe(200)
    expect(await ask('/admin/api/2026-07/graphql.json', headers)).toEqual({
      status: 404,
      body: { errors: 'Not Found' },
    })
  })

  test('knows one shop', async () => {
    const headers = { 'x-shopify-access-token': token(), 'x-shop-domain': 'other.myshopify.com' }
    expect((await ask(PATH, headers)).status).toBe(404)
  })

  test('refuses unknown, expired and revoked tokens', async () => {
    expect((await ask(PATH, {})).status).toBe(401)
    expect((await ask(PATH, { 'x-shopify-access-token': 'shpat_wrong' })).status).toBe(401)
    const { installation } = harness.store
    const [known] = installation.tokens
    if (!known) throw new Error('The harness issues a token')
    harness.store.installation = { ...installation, tokens: [{ ...known, expiresAt: 1 }] }
    expect((await ask(PATH, { 'x-shopify-access-token': known.token })).status).toBe(401)
    harness.store.installation = { ...installation, installed: false }
    expect((await ask(PATH, { 'x-shopify-access-token': known.token })).status).toBe(401)
    harness.store.installation = installation
  })

  test('wants a query', async () => {
    const answer = await ask(PATH, { 'x-shopify-access-token': token() }, { variables: {} })
    expect(answer.status).toBe(400)
  })
})

describe('access', () => {
  test('a scope that was not granted denies the field, and the rest is answered', async () => {
    const { graphql, store } = openHarness({ scopes: ['read_products'] })
    const id = `gid://shopify/Customer/${store.customers.all()[0]?.id}`
    const answer = await graphql(
      'query Both($id: ID!) { productsCount { count } customer(id: $id) { id } }',
      { id },
    )
    expect(answer.data).toEqual({ productsCount: { count: 40 }, customer: null })
    expect(answer.errors[0]).toMatchObject({
      message: 'Access denied for customer field. Required access: `read_customers` access scope.',
      path: ['customer'],
      extensions: { code: 'ACCESS_DENIED' },
    })
  })

  test('writing implies reading', async () => {
    const { graphql, store } = openHarness({ scopes: ['write_customers'] })
    const id = `gid://shopify/Customer/${store.customers.all()[0]?.id}`
    expect((await graphql('query One($id: ID!) { customer(id: $id) { id } }', { id })).data.customer.id).toBe(
      id,
    )
  })

  test('orders older than 60 days need read_all_orders', async () => {
    const few = openHarness({ scopes: ALL_SCOPES.filter((scope) => scope !== 'read_all_orders') })
    const all = openHarness()
    const count = async (harness: typeof few) =>
      (await harness.graphql('{ ordersCount { count } }')).data.ordersCount.count
    expect(await count(all)).toBe(all.store.orders.size)
    expect(await count(few)).toBeLessThan(all.store.orders.size)
    const old = few.store.orders.all()[0]
    const answer = await few.graphql(text('OrderById'), { id: `gid://shopify/Order/${old?.id}` })
    expect(answer.data.order).toBeNull()
  })
})

describe('what the practice store does not have', () => {
  const { graphql } = openHarness()

  test('is null where the schema allows it', async () => {
    expect((await graphql('{ shop { description } }')).data.shop).toEqual({ description: null })
  })

  test('is an error that names it where it does not', async () => {
    const answer = await graphql('{ shop { weightUnit } }')
    expect(answer.errors[0].message).toMatch(/no Shop.weightUnit/)
    expect(answer.errors[0].extensions.code).toBe('NOT_IN_PRACTICE_STORE')
  })

  test('is never done in silence', async () => {
    const answer = await graphql(
      'mutation { customerDelete(input: {id: "gid://shopify/Customer/1"}) { deletedCustomerId } }',
    )
    expect(answer.errors).toHaveLength(1)
    expect(answer.data?.customerDelete ?? null).toBeNull()
  })
})

describe('cost', () => {
  test('is taken from a bucket that refills with 100 points a second', async () => {
    const { graphql, pass } = openHarness()
    const many = `{ ${Array.from({ length: 95 }, (_, index) => `a${index}: productsCount { count }`).join(' ')} }`
    const first = await graphql(many)
    expect(first.extensions.cost).toMatchObject({
      requestedQueryCost: 950,
      actualQueryCost: 950,
      throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 1050, restoreRate: 100 },
    })
    await graphql(many)
    const refused = await graphql(many)
    expect(refused).toEqual({
      errors: [
        {
          message: 'Throttled',
          extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' },
        },
      ],
      extensions: {
        cost: {
          requestedQueryCost: 950,
          actualQueryCost: null,
          throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 100, restoreRate: 100 },
        },
      },
    })
    pass(8_500)
    expect((await graphql(many)).data).toBeDefined()
  })

  test('what was asked for and not used is given back', async () => {
    const { graphql, store } = openHarness()
    const [product] = store.products.all()
    const answer = await graphql(`{ products(first: 250, query: "id:${product?.id}") { nodes { id } } }`)
    const { requestedQueryCost, actualQueryCost, throttleStatus } = answer.extensions.cost
    expect(requestedQueryCost).toBe(13)
    expect(throttleStatus.currentlyAvailable).toBe(2000 - actualQueryCost)
    expect(actualQueryCost).toBeLessThan(requestedQueryCost)
  })

  test('one query of more than 1,000 points is refused', async () => {
    const { graphql } = openHarness()
    const lines = 'lineItems(first: 250) { nodes { id } }'
    const answer = await graphql(
      `{ customers(first: 250) { nodes { orders(first: 250) { nodes { ${lines} } } } } }`,
    )
    expect(answer.errors[0].extensions).toMatchObject({ code: 'MAX_COST_EXCEEDED', maxCost: 1000 })
  })

  test('metafieldsSet costs 10 and one for each customer', async () => {
    const { graphql, store } = openHarness()
    const metafields = store.customers
      .all()
      .slice(0, 7)
      .map(({ id }) => ({
        ownerId: `gid://shopify/Customer/${id}`,
        namespace: '$app:stammgast',
        key: 'membership',
        type: 'json',
        value: '{}',
      }))
    const answer = await graphql(text('SetMetafields'), { metafields })
    expect(answer.extensions.cost.requestedQueryCost).toBe(17)
  })
})

describe('orders', () => {
  const { graphql, store } = openHarness({ orders: 300 })

  test('are read page by page in the order of their changes, each exactly once', async () => {
    const seen: string[] = []
    let after: string | null = null
    do {
      const answer: Answer = await graphql(text('OrdersChanged'), {
        query: "updated_at:>='2026-09-01T00:00:00Z'",
        first: 10,
        after,
      })
      const { nodes, pageInfo } = answer.data.orders
      seen.push(...nodes.map((node: { updatedAt: string; id: string }) => `${node.updatedAt} ${node.id}`))
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null
    } while (after)
    const wanted = store.orders
      .filter((order) => order.updatedAt >= '2026-09-01T00:00:00Z')
      .map((order) => `${order.updatedAt} gid://shopify/Order/${order.id}`)
    expect(seen).toEqual(wanted.sort())
    expect(seen.length).toBeGreaterThan(20)
  })

  test('an order that changes while one pages is seen again and hides no other', async () => {
    const query = "updated_at:>='2026-09-01T00:00:00Z'"
    const first = (await graphql(text('OrdersChanged'), { query, first: 3, after: null })).data.orders
    const moved = store.orders.get(first.nodes[2].id.replace(/\D+/, ''))
    if (!moved) throw new Error('The order was just read')
    const expected = (await graphql(text('OrdersChanged'), { query, first: 4, after: null })).data.orders
      .nodes[3].id
    store.orders.put({ ...moved, updatedAt: store.time() })
    const second = (
      await graphql(text('OrdersChanged'), { query, first: 3, after: first.pageInfo.endCursor })
    ).data
    expect(second.orders.nodes[0].id).toBe(expected)
    store.orders.put(moved)
  })

  test('carry what the points are computed from', async () => {
    const order =
      store.orders.find(
        (one) => one.refunds.some((refund) => refund.lines.length > 0) && one.discountApplications.length > 0,
      ) ?? store.orders.find((one) => one.refunds.some((refund) => refund.lines.length > 0))
    if (!order) throw new Error('The seed has refunds')
    const { data } = await graphql(text('OrderById'), { id: `gid://shopify/Order/${order.id}` })
    const found = data.order
    const cents = (set: Answer) => Math.round(Number(set.shopMoney.amount) * 100)
    expect(cents(found.currentTotalPriceSet)).toBe(orderTotals(order).currentTotal)
    expect(cents(found.totalOutstandingSet)).toBe(orderTotals(order).outstanding)
    found.lineItems.nodes.forEach((line: Answer, index: number) => {
      const off = line.discountAllocations.reduce(
        (sum: number, one: Answer) => sum + cents(one.allocatedAmountSet),
        0,
      )
      const known = order.lines[index]
      if (!known) throw new Error('Lines differ')
      expect(cents(line.originalUnitPriceSet) * line.quantity - off).toBe(netOf(known))
    })
    const refunded = found.refunds.flatMap((refund: Answer) =>
      refund.refundLineItems.nodes.map((line: Answer) => cents(line.subtotalSet)),
    )
    expect(refunded).toEqual(order.refunds.flatMap((refund) => refund.lines.map((line) => line.subtotal)))
  })

  test('an id of another kind is an error, an unknown one is null', async () => {
    const wrong = await graphql('{ order(id: "gid://shopify/Product/1") { id } }')
    expect(wrong.errors[0]).toMatchObject({
      message: 'Invalid id: gid://shopify/Product/1',
      extensions: { code: 'RESOURCE_NOT_FOUND' },
    })
    expect((await graphql('{ order(id: "gid://shopify/Order/1") { id } }')).data).toEqual({ order: null })
  })
})

describe('search', () => {
  const { graphql, store } = openHarness()
  const titles = async (query: string) => {
    const answer = await graphql(
      'query Find($query: String) { products(first: 100, query: $query) { nodes { title } } }',
      {
        query,
      },
    )
    return answer.data.products.nodes.map(({ title }: { title: string }) => title)
  }

  test('finds by field, by text, and by either', async () => {
    const bio = store.products.filter((one) => one.tags.includes('bio')).map((one) => one.title.de)
    const vegan = store.products.filter((one) => one.tags.includes('vegan')).map((one) => one.title.de)
    expect(await titles('tag:bio')).toEqual(bio)
    expect((await titles('tag:bio OR tag:vegan')).sort()).toEqual([...new Set([...bio, ...vegan])].sort())
    expect(await titles('tag:bio -tag:vegan')).toEqual(bio.filter((title) => !vegan.includes(title)))
    expect(await titles(`title:'${bio[0]}'`)).toEqual([bio[0]])
    expect(await titles('(tag:bio tag:vegan)')).toEqual(bio.filter((title) => vegan.includes(title)))
  })

  test('ignores unknown fields and says so', async () => {
    const answer = await graphql('{ products(first: 1, query: "colour:red") { nodes { id } } }')
    expect(answer.data.products.nodes).toHaveLength(1)
    expect(answer.extensions.search[0].warnings).toEqual([
      { field: 'colour', message: 'Invalid search field for this query.' },
    ])
  })
})

describe('metafields', () => {
  const membership = (id: number | undefined, value: string, more: object = {}) => ({
    ownerId: `gid://shopify/Customer/${id}`,
    namespace: '$app:stammgast',
    key: 'membership',
    type: 'json',
    value,
    ...more,
  })

  test('one bad owner and nothing is written', async () => {
    const { graphql, store } = openHarness()
    const id = store.customers.all()[0]?.id
    const metafields = [membership(id, '{"v":1}'), membership(1, '{"v":1}')]
    const { userErrors } = (await graphql(text('SetMetafields'), { metafields })).data.metafieldsSet
    expect(userErrors).toMatchObject([{ field: ['metafields', '1', 'ownerId'], code: 'INVALID' }])
    expect(store.metafields.size).toBe(0)
  })

  test('more than 25 are refused', async () => {
    const { graphql, store } = openHarness()
    const metafields = store.customers
      .all()
      .slice(0, 26)
      .map(({ id }) => membership(id, '{}'))
    expect(metafields).toHaveLength(26)
    const { userErrors } = (await graphql(text('SetMetafields'), { metafields })).data.metafieldsSet
    expect(userErrors[0].code).toBe('LESS_THAN_OR_EQUAL_TO')
    expect(store.metafields.size).toBe(0)
  })

  test('compare-and-set refuses a value that somebody else changed', async () => {
    const { graphql, store } = openHarness()
    const id = store.customers.all()[0]?.id
    const set = async (value: string, compareDigest: string | null) =>
      (await graphql(text('SetMetafields'), { metafields: [membership(id, value, { compareDigest })] })).data
        .metafieldsSet
    const first = await set('{"v":1}', null)
    const digest = first.metafields[0].compareDigest
    expect((await set('{"v":2}', null)).userErrors[0].code).toBe('STALE_OBJECT')
    expect((await set('{"v":2}', digest)).userErrors).toEqual([])
    expect((await set('{"v":3}', digest)).userErrors[0].code).toBe('STALE_OBJECT')
  })

  test('a definition fixes type and access, and exists once', async () => {
    const { graphql, store } = openHarness()
    const definition = {
      name: 'Membership',
      namespace: '$app:stammgast',
      key: 'membership',
      ownerType: 'CUSTOMER',
      type: 'json',
      access: { storefront: 'PUBLIC_READ', customerAccount: 'READ' },
    }
    const define = async () =>
      (await graphql(text('DefineMetafield'), { definition })).data.metafieldDefinitionCreate
    expect((await define()).userErrors).toEqual([])
    expect((await define()).userErrors[0].code).toBe('TAKEN')
    expect(store.metafieldDefinitions.all()[0]?.access).toEqual({
      admin: null,
      storefront: 'PUBLIC_READ',
      customerAccount: 'READ',
    })
    const id = store.customers.all()[0]?.id
    const set = async (input: object) =>
      (await graphql(text('SetMetafields'), { metafields: [input] })).data.metafieldsSet.userErrors
    expect((await set(membership(id, '5', { type: 'number_integer' })))[0].code).toBe('INVALID_TYPE')
    expect((await set(membership(id, '{broken')))[0].code).toBe('INVALID_VALUE')
    expect(await set(membership(id, '{}', { type: undefined }))).toEqual([])
  })

  test('the old id of a merged customer reaches the one that was kept', async () => {
    const { graphql, store } = openHarness()
    const [kept, gone] = store.customers.all()
    if (!kept || !gone) throw new Error('The seed has customers')
    store.customers.delete(gone.id)
    store.mergedCustomers.put({ from: gone.id, to: kept.id })
    const metafields = [membership(gone.id, '{"v":1}')]
    expect((await graphql(text('SetMetafields'), { metafields })).data.metafieldsSet.userErrors).toEqual([])
    const read = { id: `gid://shopify/Customer/${kept.id}`, namespace: '$app:stammgast', key: 'membership' }
    expect((await graphql(text('CustomerMetafield'), read)).data.customer.metafield.value).toBe('{"v":1}')
  })
})

describe('a reward code', () => {
  const { graphql, store } = openHarness()
  const customer = store.customers.all()[0]
  const discount = {
    title: 'Stammgast',
    code: 'STAMM-1',
    startsAt: '2026-11-21T09:00:00Z',
    endsAt: '2026-12-21T09:00:00Z',
    usageLimit: 1,
    appliesOncePerCustomer: true,
    combinesWith: { orderDiscounts: true, productDiscounts: true, shippingDiscounts: true },
    context: { customers: { add: [`gid://shopify/Customer/${customer?.id}`] } },
    minimumRequirement: { subtotal: { greaterThanOrEqualToSubtotal: '20.00' } },
    customerGets: {
      value: { discountAmount: { amount: '5.00', appliesOnEachItem: false } },
      items: { all: true },
    },
  }
  const create = async (input: object) =>
    (await graphql(text('CreateDiscountCode'), { discount: input })).data.discountCodeBasicCreate

  test('becomes the discount that the checkout knows', async () => {
    expect((await create(discount)).userErrors).toEqual([])
    expect(store.discountByCode('stamm-1')).toMatchObject({
      method: 'code',
      kind: 'basic',
      value: { kind: 'amount', amount: 500, onEachItem: false },
      minimum: { kind: 'subtotal', amount: 2000 },
      context: { kind: 'customers', ids: [customer?.id] },
      usageLimit: 1,
      oncePerCustomer: true,
      combinesWith: { order: true, product: true, shipping: true },
      endsAt: '2026-12-21T09:00:00Z',
      byApp: true,
    })
  })

  test('exists once, whatever the case', async () => {
    const again = await create({ ...discount, code: 'Stamm-1' })
    expect(again.userErrors).toMatchObject([{ field: ['basicCodeDiscount', 'code'], code: 'TAKEN' }])
  })

  test('needs a customer who exists and an end after its start', async () => {
    const nobody = await create({
      ...discount,
      code: 'A',
      context: { customers: { add: ['gid://shopify/Customer/1'] } },
    })
    expect(nobody.userErrors[0].code).toBe('INVALID')
    const backwards = await create({ ...discount, code: 'B', endsAt: '2026-01-01T00:00:00Z' })
    expect(backwards.userErrors[0].code).toBe('INVALID')
  })

  test.each<[string, object, [string[], string, string | null][]]>([
    ['an empty code', { code: '' }, [[['code'], 'Code is too short (minimum is 1 character)', 'TOO_SHORT']]],
    ['a blank code', { code: '  ' }, [[['code'], "Code can't be blank", 'BLANK']]],
    [
      'a code in two lines',
      { code: 'A\nB' },
      [[['code'], 'Code cannot contain newline characters.', 'INVALID']],
    ],
    [
      'a code of 256 characters',
      { code: 'X'.repeat(256) },
      [[['code'], 'Code is too long (maximum is 255 characters)', 'TOO_LONG']],
    ],
    [
      'a title of 256 characters',
      { title: 'X'.repeat(256) },
      [[['title'], 'Title is too long (maximum is 255 characters)', 'TOO_LONG']],
    ],
    [
      'an end before the start',
      { endsAt: '2026-01-01T00:00:00Z' },
      [[['endsAt'], 'Ends at needs to be after starts_at', 'INVALID']],
    ],
    [
      'two audiences, before the ids in them are looked at',
      {
        context: { customers: { add: ['gid://shopify/Customer/1'] } },
        customerSelection: { customers: { add: ['gid://shopify/Customer/2'] } },
      },
      [[['context'], 'Only one of context or customerSelection can be provided.', 'INVALID']],
    ],
    [
      'two minimums',
      {
        minimumRequirement: {
          subtotal: { greaterThanOrEqualToSubtotal: '1.00' },
          quantity: { greaterThanOrEqualToQuantity: '1' },
        },
      },
      [
        [
          ['minimumRequirement', 'subtotal', 'greaterThanOrEqualToSubtotal'],
          'Minimum subtotal cannot be defined when minimum quantity is.',
          'CONFLICT',
        ],
        [
          ['minimumRequirement', 'quantity', 'greaterThanOrEqualToQuantity'],
          'Minimum quantity cannot be defined when minimum subtotal is.',
          'CONFLICT',
        ],
      ],
    ],
    [
      'goods and categories that are not there',
      {
        customerGets: {
          value: { percentage: 0.1 },
          items: {
            products: {
              productsToAdd: ['gid://shopify/Product/0'],
              productVariantsToAdd: ['gid://shopify/ProductVariant/0'],
            },
            collections: { add: ['gid://shopify/Collection/0'] },
          },
        },
      },
      [
        [
          ['customerGets', 'items', 'collections', 'add'],
          'Cannot entitle collections in combination with product variants or products',
          'CONFLICT',
        ],
        [['customerGets', 'items', 'products', 'productsToAdd'], 'Product with id: 0 is invalid', 'INVALID'],
        [
          ['customerGets', 'items', 'products', 'productVariantsToAdd'],
          'Product variant with id: 0 is invalid',
          'INVALID',
        ],
      ],
    ],
  ])('W26: %s is refused in the words of Shopify', async (_, wrong, expected) => {
    const { userErrors, codeDiscountNode } = await create({ ...discount, code: 'W26', ...wrong })
    expect(codeDiscountNode).toBeNull()
    expect(userErrors.map(({ field, message, code }: Answer) => [field, message, code])).toEqual(
      expected.map(([field, message, code]) => [['basicCodeDiscount', ...field], message, code]),
    )
    expect(store.discountByCode('W26')).toBeUndefined()
  })

  test('W26: an input that contradicts itself fails as a whole', async () => {
    const twoValues = { percentage: 0.1, discountAmount: { amount: '5.00', appliesOnEachItem: false } }
    const answer = await graphql(text('CreateDiscountCode'), {
      discount: { ...discount, code: 'W26', customerGets: { value: twoValues, items: { all: true } } },
    })
    expect(answer.data.discountCodeBasicCreate).toBeNull()
    expect(answer.errors[0]).toMatchObject({
      message: 'A discount can only have one of percentage, discountOnQuantity or discountAmount.',
      extensions: { code: 'BAD_REQUEST' },
    })
  })
})

describe('trouble', () => {
  const set = (harness: ReturnType<typeof openHarness>, input: object) =>
    harness.post('/practice/admin-api', input)

  test('comes for as many requests as asked, and only for those that match', async () => {
    const harness = openHarness()
    const token = { 'x-shopify-access-token': harness.store.installation.tokens[0]?.token ?? '' }
    const ask = async (query: string) => (await harness.post(PATH, { query }, token)).status
    await set(harness, { kind: 'error-503', left: 2, operation: 'productsCount' })
    expect(await ask(SHOP)).toBe(200)
    expect(await ask('{ productsCount { count } }')).toBe(503)
    expect(await ask('{ productsCount { count } }')).toBe(503)
    expect(await ask('{ productsCount { count } }')).toBe(200)
    await set(harness, { kind: 'error-500', left: 1 })
    expect(await ask(SHOP)).toBe(500)
  })

  test('a throttled request empties the bucket', async () => {
    const harness = openHarness()
    await set(harness, { kind: 'throttle', left: 1 })
    expect((await harness.graphql(SHOP)).errors[0].extensions.code).toBe('THROTTLED')
    harness.pass(2000)
    expect((await harness.graphql(SHOP)).data).toBeDefined()
  })

  test.each([
    ['timeout-before', false],
    ['timeout-after', true],
  ])('%s hangs, and the code exists: %s', async (kind, exists) => {
    const harness = openHarness()
    await set(harness, { kind, left: 1, seconds: 1 })
    const discount = {
      title: 'T',
      code: 'LATE',
      startsAt: '2026-01-01T00:00:00Z',
      context: { all: 'ALL' },
      customerGets: { value: { percentage: 0.1 }, items: { all: true } },
    }
    const started = performance.now()
    await harness.graphql(text('CreateDiscountCode'), { discount })
    expect(performance.now() - started).toBeGreaterThan(900)
    expect(harness.store.discountByCode('LATE') !== undefined).toBe(exists)
  })

  test('a wrong kind is refused with the allowed ones', async () => {
    const answer = await set(openHarness(), { kind: 'fire' })
    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatch(/"fire"; allowed: none, throttle/)
  })
})
