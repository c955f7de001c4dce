import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { financialStatus, orderTotals } from '../../dev-store/commerce/order-state.ts'
import { DRAWING_NAMES, productPicture } from '../../dev-store/pages/pictures.ts'
import { smallShop, TODAY } from './support.ts'

function digest(store: ReturnType<typeof smallShop>['store']): string {
  const hash = createHash('sha256')
  for (const table of [store.products, store.customers, store.orders, store.discounts, store.historyEvents]) {
    for (const row of table.values()) hash.update(JSON.stringify(row))
  }
  return hash.digest('hex')
}

const { store } = smallShop({ orders: 2500, customers: 300 })

describe('the seeded shop', () => {
  it('is the same to the last byte for the same day', () => {
    const one = digest(smallShop({ orders: 300, customers: 60 }).store)
    expect(digest(smallShop({ orders: 300, customers: 60 }).store)).toBe(one)
    expect(digest(smallShop({ orders: 301, customers: 60 }).store)).not.toBe(one)
  })

  it('is of the promised size', () => {
    expect(store.products.size).toBe(40)
    expect(store.customers.size).toBe(300)
    expect(store.orders.size).toBe(2500)
    expect(store.customers.filter((one) => one.sample)).toHaveLength(12)
    expect(store.historyEvents.size).toBeGreaterThan(3000)
    expect(store.historyEvents.size).toBeLessThan(4000)
  })

  it('shows what real shops show: repeat buyers, guests, the till, refunds, gift cards, a busy December', () => {
    const orders = store.orders.all()
    const part = (test: (one: (typeof orders)[number]) => boolean) =>
      orders.filter(test).length / orders.length
    expect(part((one) => one.customerId === null)).toBeGreaterThan(0.07)
    expect(part((one) => one.customerId === null)).toBeLessThan(0.16)
    expect(part((one) => one.source === 'pos')).toBeGreaterThan(0.1)
    expect(part((one) => one.refunds.length > 0)).toBeGreaterThan(0.04)
    expect(part((one) => one.cancelledAt !== null)).toBeGreaterThan(0.01)
    expect(part((one) => one.edits.length > 0)).toBeGreaterThan(0.005)
    expect(part((one) => one.discountApplications.length > 0)).toBeGreaterThan(0.05)
    expect(part((one) => one.lines.some((line) => line.giftCard))).toBeGreaterThan(0.005)
    const december = part((one) => one.createdAt.slice(5, 7) === '12')
    expect(december).toBeGreaterThan(part((one) => one.createdAt.slice(5, 7) === '07') * 1.3)
    const counts = store.customers.all().map((one) => store.ordersOf(one.id).length)
    expect(Math.max(...counts)).toBeGreaterThan(15)
    expect(counts.filter((count) => count === 1).length).toBeGreaterThan(5)
    const [neverBought] = store.customers.filter((one) => one.sample && one.lastName === 'Neuling')
    expect(store.ordersOf(neverBought?.id ?? 0)).toEqual([])
  })

  it('has no order before its customer and none after today', () => {
    for (const order of store.orders.values()) {
      const customer = order.customerId === null ? undefined : store.customers.get(order.customerId)
      if (customer) expect(order.createdAt >= customer.createdAt).toBe(true)
      expect(Date.parse(order.updatedAt)).toBeLessThan(TODAY)
    }
  })

  it('keeps its books: nothing outstanding on paid orders, nothing negative', () => {
    for (const order of store.orders.values()) {
      const totals = orderTotals(order)
      for (const [name, amount] of Object.entries(totals)) {
        expect(amount, `${order.name} ${name}`).toBeGreaterThanOrEqual(0)
      }
      if (financialStatus(order) === 'paid') expect(totals.outstanding, order.name).toBe(0)
      if (order.cancelledAt) expect(totals.currentTotal, order.name).toBe(0)
    }
  })

  it('tells the past in order and ends it with the orders as they stand', () => {
    const events = store.historyEvents.all()
    expect(events.map((one) => one.at)).toEqual(events.map((one) => one.at).toSorted())
    const last = new Map(events.flatMap((one) => ('order' in one ? [[one.order.id, one.order]] : [])))
    expect(last.size).toBe(2500)
    for (const [id, order] of last) {
      expect(orderTotals(order)).toEqual(orderTotals(store.orders.get(id) ?? order))
    }
  })

  it('draws a picture for every product and needs no file for it', () => {
    for (const product of store.products.values()) {
      expect(DRAWING_NAMES).toContain(product.picture)
      expect(productPicture(product)).toMatch(/^<svg [^>]+>.+<\/svg>$/s)
    }
    expect(() => productPicture({ picture: 'zebra', pictureTint: '#123456' })).toThrow('zebra')
  })

  it('has a title and a description in both languages for everything', () => {
    for (const thing of [...store.products.values(), ...store.collections.values()]) {
      for (const text of [thing.title.de, thing.title.en, thing.description.de, thing.description.en]) {
        expect(text.length, thing.handle).toBeGreaterThan(2)
      }
    }
  })
})
