import { inLocale } from '../domain/document/local-text.ts'
import { localDate } from '../domain/time/time-window.ts'
import { i18nOf } from '../i18n/i18n.server.ts'
import type { Language } from '../i18n/languages.ts'
import type { everyMember } from '../loyalty/members/find-members.ts'
import type { Shop } from '../loyalty/shop/shop-of-request.ts'
import { BYTE_ORDER_MARK, csvLine } from './csv.ts'

type Found = NonNullable<Awaited<ReturnType<typeof everyMember>>>

const COLUMNS = [
  'customer',
  'guestOrder',
  'available',
  'debt',
  'pending',
  'held',
  'tier',
  'activity',
] as const

/** CSV as the language's Excel opens it, written while the pages are read. Whole points. */
export function membersFile({ pages, tiers }: Found, shop: Shop, language: Language): ReadableStream {
  const t = i18nOf(language).getFixedT(language, 'members')
  const names = new Map(tiers.map(({ id, name }) => [id, inLocale(name, language)]))
  const line = csvLine(language)
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      const head = line(COLUMNS.map((column) => t(`export.${column}`)))
      controller.enqueue(encoder.encode(`${BYTE_ORDER_MARK}${head}`))
    },
    async pull(controller) {
      const page = await pages.next()
      if (page.done) return controller.close()
      const lines = page.value.map((member) =>
        line([
          member.customerId,
          member.guestOrder?.name ?? null,
          member.available,
          member.debt,
          member.pending,
          member.held,
          member.tierId && (names.get(member.tierId) ?? member.tierId),
          member.activeAt && localDate(+member.activeAt, shop.timeZone),
        ]),
      )
      controller.enqueue(encoder.encode(lines.join('')))
    },
  })
}
