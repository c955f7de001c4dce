/** What a cart costs: lines, discounts, shipping, tax inside the prices. Pure; used by cart, checkout, till, seed. */
import type {
  Cents,
  DiscountAllocation,
  DiscountApplication,
  DiscountNode,
  IsoTime,
  Product,
  Variant,
} from '../model.ts'
import {
  type Buyer,
  combine,
  type DiscountRefusal,
  discountClass,
  isEntitled,
  type PricedLine,
  refusal,
  takeOff,
} from './discounts.ts'
import { decimal, taxInside } from './money.ts'

export interface CartLine {
  product: Product
  variant: Variant
  quantity: number
}

export interface PriceRequest {
  lines: CartLine[]
  /** Codes as entered, in the order entered. */
  codes: string[]
  discounts: DiscountNode[]
  buyer: Buyer
  at: IsoTime
  /** Null when nothing is shipped (till, only gift cards). */
  shipping: { title: string; price: Cents; freeFrom: Cents } | null
}

export interface QuotedLine {
  line: CartLine
  /** Price × quantity. */
  gross: Cents
  net: Cents
  tax: Cents
  allocations: DiscountAllocation[]
}

export interface Quote {
  lines: QuotedLine[]
  applications: DiscountApplication[]
  usedDiscounts: { node: DiscountNode; code: string | null }[]
  refused: { code: string; reason: DiscountRefusal; node: DiscountNode | null }[]
  /** After discounts on lines. */
  subtotal: Cents
  discountTotal: Cents
  shipping: { title: string; price: Cents; net: Cents; allocations: DiscountAllocation[] } | null
  tax: Cents
  total: Cents
}

const CLASS_ORDER = { PRODUCT: 0, ORDER: 1, SHIPPING: 2 } as const

/** Product discounts first, then order discounts on what is left, then shipping: Shopify's order. */
export function priceCart(request: PriceRequest): Quote {
  const lines: PricedLine[] = request.lines.map(({ product, variant, quantity }) => ({
    productId: product.id,
    variantId: variant.id,
    collectionIds: product.collectionIds,
    giftCard: product.giftCard,
    price: variant.price,
    quantity,
    remaining: variant.price * quantity,
  }))
  const { chosen, refused } = chooseDiscounts(request, lines)
  chosen.sort((a, b) => CLASS_ORDER[discountClass(a.node)] - CLASS_ORDER[discountClass(b.node)])
  const allocations: DiscountAllocation[][] = lines.map(() => [])
  chosen.forEach(({ node }, applicationIndex) => {
    if (node.kind === 'free_shipping') return
    takeOff(node, lines).forEach((amount, index) => {
      const line = lines[index]
      if (!line || amount === 0) return
      line.remaining -= amount
      allocations[index]?.push({ applicationIndex, amount })
    })
  })
  return total(request, lines, allocations, chosen, refused)
}

type Chosen = { node: DiscountNode; code: string | null }

function chooseDiscounts(request: PriceRequest, lines: PricedLine[]) {
  const chosen: Chosen[] = []
  const refused: Quote['refused'] = []
  for (const entered of request.codes) {
    const wanted = entered.trim().toLowerCase()
    if (wanted === '' || chosen.some((one) => one.code?.toLowerCase() === wanted)) continue
    const node = request.discounts.find((one) =>
      one.codes.some((entry) => entry.code.toLowerCase() === wanted),
    )
    const reason = node ? refusal(node, lines, request.buyer, request.at) : 'unknown'
    const clash = node !== undefined && chosen.some((one) => !combine(one.node, node))
    if (!node || reason !== null || clash) {
      refused.push({ code: entered, reason: reason ?? 'not-combinable', node: node ?? null })
      continue
    }
    chosen.push({
      node,
      code: node.codes.find((entry) => entry.code.toLowerCase() === wanted)?.code ?? entered,
    })
  }
  for (const node of request.discounts) {
    if (node.method !== 'automatic') continue
    if (refusal(node, lines, request.buyer, request.at) !== null) continue
    if (chosen.every((one) => combine(one.node, node))) chosen.push({ node, code: null })
  }
  return { chosen, refused }
}

function total(
  request: PriceRequest,
  lines: PricedLine[],
  allocations: DiscountAllocation[][],
  chosen: Chosen[],
  refused: Quote['refused'],
): Quote {
  const quoted = lines.map((line, index): QuotedLine => {
    const cartLine = request.lines[index] as CartLine
    return {
      line: cartLine,
      gross: line.price * line.quantity,
      net: line.remaining,
      tax: taxInside(line.remaining, cartLine.product.taxRate),
      allocations: allocations[index] ?? [],
    }
  })
  const subtotal = quoted.reduce((sum, line) => sum + line.net, 0)
  const shipping = priceShipping(request, subtotal, chosen)
  const shippingNet = shipping?.net ?? 0
  const shippingDiscount = (shipping?.price ?? 0) - shippingNet
  return {
    lines: quoted,
    applications: chosen.map((one) => application(one, lines)),
    usedDiscounts: chosen,
    refused,
    subtotal,
    discountTotal: quoted.reduce((sum, line) => sum + line.gross - line.net, 0) + shippingDiscount,
    shipping,
    tax: quoted.reduce((sum, line) => sum + line.tax, 0) + taxInside(shippingNet, '0.19'),
    total: subtotal + shippingNet,
  }
}

function priceShipping(request: PriceRequest, subtotal: Cents, chosen: Chosen[]): Quote['shipping'] {
  if (!request.shipping || request.lines.every((line) => !line.variant.requiresShipping)) return null
  const { title, freeFrom } = request.shipping
  const price = subtotal >= freeFrom ? 0 : request.shipping.price
  const free = chosen.findIndex((one) => one.node.kind === 'free_shipping')
  if (free < 0 || price === 0) return { title, price, net: price, allocations: [] }
  return { title, price, net: 0, allocations: [{ applicationIndex: free, amount: price }] }
}

function application({ node, code }: Chosen, lines: PricedLine[]): DiscountApplication {
  const percentage = node.kind === 'free_shipping' || node.value.kind === 'percentage'
  const each = node.value.kind === 'amount' && node.value.onEachItem
  return {
    discountId: node.id,
    kind: node.method,
    code,
    title: node.title,
    targetType: node.kind === 'free_shipping' ? 'shipping_line' : 'line_item',
    targetSelection: node.items.all && lines.every((line) => isEntitled(node, line)) ? 'all' : 'entitled',
    allocationMethod: each ? 'each' : 'across',
    valueType: percentage ? 'percentage' : 'fixed_amount',
    value: valueText(node),
  }
}

function valueText(node: DiscountNode): string {
  if (node.kind === 'free_shipping') return '100.0'
  if (node.value.kind === 'amount') return decimal(node.value.amount)
  const percent = Number(node.value.fraction) * 100
  return percent.toFixed(percent % 1 === 0 ? 1 : 2)
}
