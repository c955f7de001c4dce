/**
 * What a member's card says, as a code that any scanner reads: "SG1.6001.40". The prefix keeps it apart from barcodes of
 * goods, the number is Shopify's of the customer, and two check digits (ISO 7064, MOD 97-10, as of an IBAN) catch what
 * was typed or read wrongly. It says who somebody is and proves nothing: only the staff's own sign-in opens anything.
 */
const CARD = /^SG1\.([1-9]\d{0,17})\.(\d{2})$/

/** @param customerId Shopify's, in digits */
export function memberCard(customerId: string): string {
  return `SG1.${customerId}.${checkDigits(customerId)}`
}

/** The customer of a card, as scanned or typed. Null: it is no card of ours, or was misread. */
export function customerOfCard(text: string): string | null {
  const [, customerId, check] = CARD.exec(text.trim().toUpperCase()) ?? []
  return customerId !== undefined && checkDigits(customerId) === check ? customerId : null
}

function checkDigits(digits: string): string {
  return String(98n - ((BigInt(digits) * 100n) % 97n)).padStart(2, '0')
}
