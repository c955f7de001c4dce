/** The languages of the app. Another one is a folder in `app/locales` and a line here. */
export const LANGUAGES = ['de', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** Where nobody said anything that we know. */
export const FALLBACK: Language = 'en'

/** "de-CH" is "de", "fr" is the fallback. */
export function toLanguage(wanted: string | null | undefined): Language {
  const short = wanted?.toLowerCase().split(/[-_]/)[0]
  return LANGUAGES.find((language) => language === short) ?? FALLBACK
}

/** Our pages send the language they were opened in with every fetch: a fetch carries no `locale` parameter. */
export const LANGUAGE_HEADER = 'x-stammgast-language'

/** The language of a request: the admin's `locale` parameter, then our own header, then the browser's wish. */
export function languageOf(request: Request): Language {
  const asked = new URL(request.url).searchParams.get('locale') ?? request.headers.get(LANGUAGE_HEADER)
  if (asked) return toLanguage(asked)
  for (const wish of (request.headers.get('accept-language') ?? '').split(',')) {
    const short = wish.trim().toLowerCase().split(/[-_;]/)[0]
    const known = LANGUAGES.find((language) => language === short)
    if (known) return known
  }
  return FALLBACK
}
