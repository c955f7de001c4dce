/** What of Shopify POS the extension uses; every target has these parts. */
export interface Signal<T> {
  readonly value: T
  subscribe(listener: (value: T) => void): () => void
}

export interface Storage {
  set(key: string, value: unknown): Promise<void>
  get(key: string): Promise<unknown>
  delete(key: string): Promise<boolean>
  entries(): Promise<[string, unknown][]>
}

export interface Pos {
  i18n: {
    translate(key: string, options?: Record<string, string | number>): string
    formatNumber(value: number): string
    formatDate(date: Date, options?: Intl.DateTimeFormatOptions): string
  }
  locale: { current: Signal<string> }
  session: { currentSession: { locationId: number } }
  connectivity: { current: Signal<{ internetConnected: 'Connected' | 'Disconnected' }> }
  storage: Storage
}

export interface Cart {
  current: Signal<{ customer?: { id: number } }>
  setCustomer(customer: { id: number }): Promise<void>
  addCartCodeDiscount(code: string): Promise<void>
}

/** Of modals alone. */
export interface Scanner {
  scannerData: { current: Signal<{ data?: string }> }
  sources: { current: Signal<string[]> }
  showCameraScanner(): void
  hideCameraScanner(): void
}

export interface Desk extends Pos {
  cart: Cart
  scanner: Scanner
  toast: { show(text: string): void }
}
