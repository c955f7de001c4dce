/**
 * The customer of an address.
 * @throws Response 404 when it is no id
 */
export function customerIdOf(text: string | undefined): string {
  if (!text || !/^\d{1,18}$/.test(text)) throw new Response(null, { status: 404 })
  return text
}
