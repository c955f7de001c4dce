import { createInstance, type i18n, type Resource } from 'i18next'
import type { Language } from './languages.ts'

/** Texts by namespace, as `app/locales/<language>/<namespace>.json` holds them. */
export type Texts = Record<string, object>

/** An i18next instance in one language. React escapes what it renders, so i18next does not. */
export function createI18n(language: Language, texts: Texts): i18n {
  const instance = createInstance()
  void instance.init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: texts } as Resource,
    ns: Object.keys(texts),
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    initAsync: false,
    showSupportNotice: false,
  } as Parameters<i18n['init']>[0])
  return instance
}
