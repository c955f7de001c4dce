import { localDate } from '../domain/time/time-window.ts'
import { i18nOf } from '../i18n/i18n.server.ts'
import type { Language } from '../i18n/languages.ts'
import { ticketsOfDraw } from '../loyalty/draws/read-draws.ts'
import type { Shop } from '../loyalty/shop/shop-of-request.ts'
import { BYTE_ORDER_MARK, csvLine } from './csv.ts'

const COLUMNS = ['number', 'customer', 'redeemed'] as const

/**
 * The tickets that take part in a draw, as the language's Excel opens them, written while they are read. Numbers of
 * customers, no names; none of a customer who is gone.
 */
export function ticketsFile(shop: Shop, draw: string, language: Language): ReadableStream {
  const t = i18nOf(language).getFixedT(language, 'members')
  const line = csvLine(language)
  const encoder = new TextEncoder()
  const pages = ticketsOfDraw(shop.shopId, draw)
  return new ReadableStream({
    start(controller) {
      const head = line(COLUMNS.map((column) => t(`draws.file.${column}`)))
      controller.enqueue(encoder.encode(`${BYTE_ORDER_MARK}${head}`))
    },
    async pull(controller) {
      const page = await pages.next()
      if (page.done) return controller.close()
      const lines = page.value.map(({ number, customerId, redeemedAt }) =>
        line([number, customerId, localDate(+redeemedAt, shop.timeZone)]),
      )
      controller.enqueue(encoder.encode(lines.join('')))
    },
  })
}
