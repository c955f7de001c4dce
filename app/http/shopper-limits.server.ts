import { shopPool } from '../db/db.server.ts'
import { keyedHash } from '../keyed-hash.server.ts'
import { networkOf } from './network-of.ts'
import { createLimit } from './request-counts.ts'

/**
 * Who asks on the shopper's side, as far as it matters for how often. A customer is known by name; who is not signed in,
 * by the token of the checkout, and by where the request comes from.
 */
export interface Asker {
  shopId: number
  customerId: string | null
  /** The person who is signed in at a till, in digits. */
  staff?: string
  /** What the session token says. Shopify gives out another one every five minutes, or for another checkout. */
  token?: string
  /** Of the internet; absent where the request came through Shopify, whose address would be everybody's. */
  address?: string
}

/** Enough for a page that polls and a shopper who clicks; too little for a loop. */
const requests = createLimit({ name: 'requests', perMinute: 120, unwritten: 30 }, shopPool)
/** Many people share an address: a whole office, or all customers of a mobile network in a town. */
const fromAddress = createLimit({ name: 'address', perMinute: 600, unwritten: 150 }, shopPool)

/** All tills of a shop may be signed in as the same person. */
const fromTills = createLimit({ name: 'tills', perMinute: 600, unwritten: 150 }, shopPool)

/** Products that Shopify's Admin API is asked for, since the cache does not know them. A call costs, however few are in it. */
const A_CALL = 5
const lookUps = createLimit({ name: 'look-ups', perMinute: 120, unwritten: 20 }, shopPool)
/** What all shoppers together may take of the shop's Admin API, which its orders need. */
const lookUpsOfShop = createLimit({ name: 'look-ups-of-shop', perMinute: 360, unwritten: 60 }, shopPool)

/** Counts a request. @returns 0, or after how many seconds it is worth asking again */
export async function countRequest(asker: Asker): Promise<number> {
  if (asker.staff !== undefined) return fromTills(keyed(asker.shopId, `staff ${asker.staff}`))
  const { person, address } = keysOf(asker)
  const wait = person ? await requests(person) : 0
  // One token, sent from very many addresses, is not to fill the memory with them.
  return wait > 0 || !address ? wait : fromAddress(address)
}

/** Whether Shopify may be asked for so many products, in one call, for this shopper now. Counts it. */
export async function mayLookUp(asker: Asker, products: number): Promise<boolean> {
  const { person, address } = keysOf(asker)
  // Tokens are had for the asking.
  const own = address ?? person
  const cost = A_CALL + products
  if (own && (await lookUps(own, cost)) > 0) return false
  return (await lookUpsOfShop(keyed(asker.shopId, 'shop'), cost)) === 0
}

/** A customer counts alone, wherever she sits; everybody else with those who sit there. */
function keysOf({ shopId, customerId, token, address }: Asker): { person?: string; address?: string } {
  if (customerId !== null) return { person: keyed(shopId, `customer ${customerId}`) }
  const network = networkOf(address)
  return {
    ...(token !== undefined && { person: keyed(shopId, `token ${token}`) }),
    ...(network !== null && { address: keyed(shopId, `address ${network}`) }),
  }
}

/** An address is personal data. */
const keyed = (shopId: number, who: string) => keyedHash(`${shopId} ${who}`)
