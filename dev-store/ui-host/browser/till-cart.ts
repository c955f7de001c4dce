/** The cart of the till is its form: who buys, the codes, the goods. */
import type { HostSignal, Signals } from './signals.ts'

interface Cart {
  subtotal: string
  grandTotal: string
  customer?: { id: number }
  cartDiscounts: { discountDescription: string }[]
  lineItems: object[]
  properties: Record<string, string>
}

/** What the shop says of the cart: what it costs, and of which code it will not hear. */
interface Quote {
  total: number
  totalText: string
  refused: string | null
}

export class TillCart {
  #form: HTMLFormElement
  #followers: HostSignal<Cart>[] = []
  #total = 0

  constructor(form: HTMLFormElement) {
    this.#form = form
    form.addEventListener('input', () => this.#changed())
  }

  customerId(): number | undefined {
    return Number(this.#field('customer').value) || undefined
  }

  followCustomer(listener: (customerId: number | undefined) => void): void {
    let last: number | undefined
    this.#form.addEventListener('input', () => {
      const now = this.customerId()
      if (now !== last) listener(now)
      last = now
    })
  }

  /** `shopify.cart` */
  api(signals: Signals): object {
    const current = signals.create(this.#read())
    this.#followers.push(current)
    return {
      current,
      setCustomer: async ({ id }: { id: number }) => this.#set('customer', String(id)),
      removeCustomer: async () => this.#set('customer', ''),
      addCartCodeDiscount: (code: string) => this.#addCode(code),
    }
  }

  async #addCode(code: string): Promise<void> {
    const before = this.#codes()
    if (before.some((one) => one.toUpperCase() === code.toUpperCase())) return
    const { refused } = await this.#ask([...before, code])
    if (refused !== null) throw new Error(refused)
    this.#set('code', [...before, code].join(' '))
  }

  #codes(): string[] {
    return this.#field('code').value.split(/\s+/).filter(Boolean)
  }

  #field(name: string): HTMLInputElement | HTMLSelectElement {
    return this.#form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement
  }

  #set(name: string, value: string): void {
    const field = this.#field(name)
    field.value = value
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }

  async #ask(codes: string[]): Promise<Quote> {
    const form = new FormData(this.#form)
    form.set('code', codes.join(' '))
    const answer = await fetch('/till/quote', { method: 'POST', body: form })
    return answer.json()
  }

  async #changed(): Promise<void> {
    this.#tell()
    const { total, totalText } = await this.#ask(this.#codes())
    this.#total = total
    const output = this.#form.querySelector('output')
    if (output) output.value = totalText
    this.#tell()
  }

  #tell(): void {
    for (const follower of this.#followers) follower.value = this.#read()
  }

  #read(): Cart {
    const id = this.customerId()
    const total = (this.#total / 100).toFixed(2)
    return {
      subtotal: total,
      grandTotal: total,
      ...(id !== undefined && { customer: { id } }),
      cartDiscounts: this.#codes().map((code) => ({ discountDescription: code })),
      lineItems: [],
      properties: {},
    }
  }
}
