/** Words of the admin's own script, in the merchant's language. */
type Locale = 'de' | 'en'

const WORDS = {
  save: { de: 'Speichern', en: 'Save' },
  discard: { de: 'Verwerfen', en: 'Discard' },
  unsaved: { de: 'Nicht gespeicherte Änderungen', en: 'Unsaved changes' },
  confirmTitle: { de: 'Änderungen verwerfen?', en: 'Discard changes?' },
  confirmText: {
    de: 'Wenn Sie die Seite jetzt verlassen, gehen Ihre Änderungen verloren.',
    en: 'If you leave this page now, your changes will be lost.',
  },
  stay: { de: 'Weiter bearbeiten', en: 'Continue editing' },
  dismiss: { de: 'Schließen', en: 'Dismiss' },
  cancel: { de: 'Abbrechen', en: 'Cancel' },
  add: { de: 'Hinzufügen', en: 'Add' },
  select: { de: 'Auswählen', en: 'Select' },
  search: { de: 'Suchen', en: 'Search' },
  nothing: { de: 'Nichts gefunden', en: 'Nothing found' },
  failed: { de: 'Die Liste konnte nicht geladen werden.', en: 'The list could not be loaded.' },
  products: { de: 'Produkte', en: 'products' },
  variants: { de: 'Varianten', en: 'variants' },
  collections: { de: 'Kategorien', en: 'collections' },
  customers: { de: 'Kunden', en: 'customers' },
  chosenOne: { de: '1 ausgewählt', en: '1 selected' },
  chosen: { de: '{n} ausgewählt', en: '{n} selected' },
} satisfies Record<string, Record<Locale, string>>

export const locale: Locale = document.documentElement.lang === 'en' ? 'en' : 'de'

export function word(name: keyof typeof WORDS): string {
  return WORDS[name][locale]
}

export function chosenCount(n: number): string {
  return n === 1 ? word('chosenOne') : word('chosen').replace('{n}', String(n))
}
