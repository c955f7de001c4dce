/** The storefront's and the till's words. German first; every text in both languages. */
import type { DiscountRefusal } from '../commerce/discounts.ts'
import { decimal } from '../commerce/money.ts'
import type { Locale } from '../model.ts'

const DE = {
  allProducts: 'Alle Produkte',
  skip: 'Zum Inhalt springen',
  mainNavigation: 'Hauptnavigation',
  language: 'Sprache',
  cart: 'Warenkorb',
  account: 'Konto',
  signIn: 'Anmelden',
  signOut: 'Abmelden',
  signInTitle: 'Als Beispielkundin oder -kunde anmelden',
  signInHint: 'Alle Personen sind erfunden. Wählen Sie, als wer Sie einkaufen möchten.',
  continueAsGuest: 'Als Gast weiter einkaufen',
  signUpTitle: 'Neues Kundenkonto',
  signUp: 'Konto eröffnen',
  newsletterYes: 'Ich möchte den Newsletter',
  newsletterOn: 'Newsletter abonnieren',
  newsletterOff: 'Newsletter abbestellen',
  addToCart: 'In den Warenkorb',
  quantity: 'Menge',
  variant: 'Ausführung',
  price: 'Preis',
  from: 'ab',
  taxIncluded: 'inkl. MwSt., zzgl. Versand',
  taxIncludedGift: 'Gutscheine sind nicht steuerpflichtig',
  cartEmpty: 'Ihr Warenkorb ist leer.',
  continueShopping: 'Weiter einkaufen',
  remove: 'Entfernen',
  update: 'Aktualisieren',
  discountCode: 'Rabattcode',
  apply: 'Anwenden',
  subtotal: 'Zwischensumme',
  discount: 'Rabatt',
  shipping: 'Versand',
  free: 'kostenlos',
  total: 'Gesamt',
  ofWhichTax: 'darin MwSt.',
  toCheckout: 'Zur Kasse',
  checkout: 'Kasse',
  contact: 'Kontakt',
  email: 'E-Mail',
  delivery: 'Lieferung',
  firstName: 'Vorname',
  lastName: 'Nachname',
  street: 'Straße und Hausnummer',
  zip: 'Postleitzahl',
  city: 'Ort',
  payment: 'Zahlung',
  card: 'Karte (sofort bezahlt)',
  advance: 'Vorkasse (offen)',
  buyNow: 'Zahlungspflichtig bestellen',
  orderSummary: 'Bestellübersicht',
  thanks: 'Vielen Dank für Ihre Bestellung!',
  orderNumber: 'Bestellung',
  confirmation: 'Die Bestätigung ginge nun an',
  payLater: 'Bitte überweisen Sie den Betrag. Der Laden bestätigt den Eingang.',
  viewOrder: 'Bestellung ansehen',
  myOrders: 'Meine Bestellungen',
  noOrders: 'Sie haben noch nichts bestellt.',
  guest: 'Gast',
  status: 'Status',
  date: 'Datum',
  hello: 'Hallo',
  orders_one: 'Bestellung',
  orders_many: 'Bestellungen',
  notFound: 'Diese Seite gibt es nicht.',
  home: 'Startseite',
  practiceNote: 'Übungsladen: nichts hier ist echt, es wird nichts geliefert und nichts abgebucht.',
  till: 'Kasse im Laden',
  tillCustomer: 'Kundin oder Kunde',
  withoutCustomer: 'ohne Kundenkonto',
  ringUp: 'Bar kassieren',
  cashToPay: 'Bar zu zahlen',
  rounding: 'Rundung auf 5 Cent',
  receipt: 'Bon',
  newSale: 'Neuer Verkauf',
  tip: 'Trinkgeld',
  heroTitle: 'Gutes für Küche, Tisch und ruhige Stunden',
  heroText: 'Ausgesucht im Lindental. Feinkost, Kaffee und Dinge, die lange halten.',
  collections: 'Sortiment',
  refunded: 'erstattet',
  search: 'Produkt suchen',
  removed_line: 'storniert',
  storeCredit: 'Guthaben',
  storeCreditUntil: 'davon bis',
  useStoreCredit: 'Guthaben einsetzen',
  storeCreditLeft: 'Dann noch auf andere Weise zu zahlen',
  storeCreditChanged: 'Ihr Guthaben hat sich geändert. Bitte prüfen Sie, was noch zu zahlen ist.',
}

const EN: typeof DE = {
  allProducts: 'All products',
  skip: 'Skip to content',
  mainNavigation: 'Main navigation',
  language: 'Language',
  cart: 'Cart',
  account: 'Account',
  signIn: 'Sign in',
  signOut: 'Sign out',
  signInTitle: 'Sign in as a sample customer',
  signInHint: 'All of them are invented. Choose who you would like to shop as.',
  continueAsGuest: 'Continue shopping as a guest',
  signUpTitle: 'New customer account',
  signUp: 'Open an account',
  newsletterYes: 'I would like the newsletter',
  newsletterOn: 'Subscribe to the newsletter',
  newsletterOff: 'Unsubscribe from the newsletter',
  addToCart: 'Add to cart',
  quantity: 'Quantity',
  variant: 'Option',
  price: 'Price',
  from: 'from',
  taxIncluded: 'incl. VAT, plus shipping',
  taxIncludedGift: 'Gift cards are not taxed',
  cartEmpty: 'Your cart is empty.',
  continueShopping: 'Continue shopping',
  remove: 'Remove',
  update: 'Update',
  discountCode: 'Discount code',
  apply: 'Apply',
  subtotal: 'Subtotal',
  discount: 'Discount',
  shipping: 'Shipping',
  free: 'free',
  total: 'Total',
  ofWhichTax: 'including VAT of',
  toCheckout: 'Check out',
  checkout: 'Checkout',
  contact: 'Contact',
  email: 'E-mail',
  delivery: 'Delivery',
  firstName: 'First name',
  lastName: 'Last name',
  street: 'Street and number',
  zip: 'Postcode',
  city: 'Town',
  payment: 'Payment',
  card: 'Card (paid at once)',
  advance: 'Bank transfer in advance (open)',
  buyNow: 'Pay now',
  orderSummary: 'Order summary',
  thanks: 'Thank you for your order!',
  orderNumber: 'Order',
  confirmation: 'The confirmation would now go to',
  payLater: 'Please transfer the amount. The shop will confirm its receipt.',
  viewOrder: 'View order',
  myOrders: 'My orders',
  noOrders: 'You have not ordered anything yet.',
  guest: 'Guest',
  status: 'Status',
  date: 'Date',
  hello: 'Hello',
  orders_one: 'order',
  orders_many: 'orders',
  notFound: 'There is no such page.',
  home: 'Home',
  practiceNote: 'Practice store: nothing here is real, nothing is delivered and nothing is charged.',
  till: 'Till',
  tillCustomer: 'Customer',
  withoutCustomer: 'without a customer account',
  ringUp: 'Take cash',
  cashToPay: 'Cash to pay',
  rounding: 'Rounding to 5 cents',
  receipt: 'Receipt',
  newSale: 'New sale',
  tip: 'Tip',
  heroTitle: 'Good things for kitchen, table and quiet hours',
  heroText: 'Chosen in the Lindental. Delicatessen, coffee and things that last.',
  collections: 'Range',
  refunded: 'refunded',
  search: 'Find a product',
  removed_line: 'cancelled',
  storeCredit: 'Store credit',
  storeCreditUntil: 'of which until',
  useStoreCredit: 'Use store credit',
  storeCreditLeft: 'Then left to pay another way',
  storeCreditChanged: 'Your store credit has changed. Please check what is left to pay.',
}

export type Word = keyof typeof DE

export function words(locale: Locale): typeof DE {
  return locale === 'de' ? DE : EN
}

const REFUSALS: Record<DiscountRefusal, Record<Locale, string>> = {
  unknown: { de: 'Diesen Code gibt es nicht.', en: 'This code does not exist.' },
  'not-started': { de: 'Dieser Code gilt noch nicht.', en: 'This code is not valid yet.' },
  expired: { de: 'Dieser Code ist abgelaufen.', en: 'This code has expired.' },
  minimum: {
    de: 'Der Mindestbestellwert für diesen Code ist nicht erreicht.',
    en: 'Your cart does not reach this code’s minimum.',
  },
  customer: {
    de: 'Dieser Code gilt für ein anderes Kundenkonto. Bitte melden Sie sich an.',
    en: 'This code belongs to another customer account. Please sign in.',
  },
  'used-up': { de: 'Dieser Code ist schon eingelöst.', en: 'This code has been used already.' },
  'used-by-customer': {
    de: 'Sie haben diesen Code schon eingelöst.',
    en: 'You have used this code already.',
  },
  'no-entitled-items': {
    de: 'Dieser Code gilt für keinen Artikel in Ihrem Warenkorb.',
    en: 'This code applies to nothing in your cart.',
  },
  'not-combinable': {
    de: 'Dieser Code lässt sich nicht mit einem anderen verbinden.',
    en: 'This code cannot be combined with another one.',
  },
}

export function refusalText(reason: DiscountRefusal, locale: Locale): string {
  return REFUSALS[reason][locale]
}

const STATUSES: Record<string, Record<Locale, string>> = {
  pending: { de: 'Zahlung offen', en: 'Payment pending' },
  authorized: { de: 'autorisiert', en: 'Authorized' },
  partially_paid: { de: 'teilweise bezahlt', en: 'Partially paid' },
  paid: { de: 'bezahlt', en: 'Paid' },
  partially_refunded: { de: 'teilweise erstattet', en: 'Partially refunded' },
  refunded: { de: 'erstattet', en: 'Refunded' },
  voided: { de: 'storniert', en: 'Voided' },
}

export function statusText(status: string, locale: Locale): string {
  return STATUSES[status]?.[locale] ?? status
}

/** 1250 → "12,50 €" or "€12.50". */
export function money(cents: number, locale: Locale, currency = 'EUR'): string {
  return new Intl.NumberFormat(locale === 'de' ? 'de-DE' : 'en-IE', { style: 'currency', currency }).format(
    Number(decimal(cents)),
  )
}

export function day(at: string, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(locale === 'de' ? 'de-DE' : 'en-IE', {
    dateStyle: 'medium',
    timeZone,
  }).format(new Date(at))
}

export function moment(at: string, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(locale === 'de' ? 'de-DE' : 'en-IE', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  }).format(new Date(at))
}
