/** Pieces that several webhook payloads share. */
import { decimal, share } from '../commerce/money.ts'
import type { Address, Cents, IsoTime } from '../model.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

/** "2026-11-21T10:00:00Z" → "2026-11-21T11:00:00+01:00": payloads carry the shop's own time zone. */
export function localTime(at: IsoTime, timeZone: string): string {
  const date = new Date(at)
  const offset = offsetMinutes(date, timeZone)
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19)
  const absolute = Math.abs(offset)
  const hours = String(Math.floor(absolute / 60)).padStart(2, '0')
  return `${local}${offset < 0 ? '-' : '+'}${hours}:${String(absolute % 60).padStart(2, '0')}`
}

function offsetMinutes(date: Date, timeZone: string): number {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    formats.set(timeZone, format)
  }
  const name = format.formatToParts(date).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name)
  if (!match) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? -minutes : minutes
}

export interface MoneySet {
  shop_money: { amount: string; currency_code: string }
  presentment_money: { amount: string; currency_code: string }
}

export type MoneySetOf = (amount: Cents) => MoneySet

/** `rate`: decimal string, presentment = shop money × rate. */
export function moneySetOf(
  currency: string,
  presentment: { currency: string; rate: string } | null,
): MoneySetOf {
  return (amount) => {
    const shown = presentment ? Math.sign(amount) * share(Math.abs(amount), presentment.rate) : amount
    return {
      shop_money: { amount: decimal(amount), currency_code: currency },
      presentment_money: {
        amount: decimal(shown),
        currency_code: presentment?.currency ?? currency,
      },
    }
  }
}

const COUNTRIES: Record<string, string> = { DE: 'Germany', AT: 'Austria', CH: 'Switzerland' }

export function addressPayload(address: Address) {
  return {
    first_name: address.firstName,
    address1: address.address1,
    phone: '',
    city: address.city,
    zip: address.zip,
    province: '',
    country: COUNTRIES[address.countryCode] ?? address.countryCode,
    last_name: address.lastName,
    address2: null,
    company: null,
    latitude: null,
    longitude: null,
    name: `${address.firstName} ${address.lastName}`,
    country_code: address.countryCode,
    province_code: '',
  }
}
