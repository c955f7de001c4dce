/** Small helpers for the pages of the merchant's admin: escaping, and words in German and English. */

export type AdminLocale = 'de' | 'en'
export type Words = Record<AdminLocale, string>

/** Text that may stand inside an element or a quoted attribute. */
export function escapeHtml(text: string | number): string {
  return String(text).replace(
    /[&<>"']/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign] as string,
  )
}

/** JSON that may stand inside a script element. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c')
}

const LOCALE_COOKIE = 'admin_locale'

/** The merchant's language: what the switch in the top bar chose, else German. */
export function adminLocale(request: Request): AdminLocale {
  const cookie = request.headers.get('cookie') ?? ''
  const match = new RegExp(`(?:^|;\\s*)${LOCALE_COOKIE}=(de|en)`).exec(cookie)
  return match?.[1] === 'en' ? 'en' : 'de'
}

export function localeCookie(locale: AdminLocale): string {
  return `${LOCALE_COOKIE}=${locale}; Path=/; SameSite=Lax; Max-Age=31536000`
}
