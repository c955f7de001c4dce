/**
 * An address is whose who has shown it to be hers, until another customer shows that it is theirs: two customers of a shop
 * never have one at one time. What was before stays the former one's.
 */
export interface AddressRow {
  /** Epoch ms, infinite where it is open; also of accounts that are no address's. */
  since: number
  until: number
}

/** SQL of an account's columns. */
export const IN_TIME = `(extract(epoch FROM a.guest_since) * 1000)::float8 AS since,
            (extract(epoch FROM a.guest_until) * 1000)::float8 AS until`

/** The one whose the address is now. */
export const isLast = ({ until }: AddressRow): boolean => until === Number.POSITIVE_INFINITY

/**
 * Whose it was then, where that is known whoever was redacted: a mark on an address tells of one who had it, and not of the
 * others.
 */
export function certainlyAt<Row extends AddressRow>(rows: Row[], at: number): Row | undefined {
  return rows.find(({ since, until }) => {
    const bounded = since !== Number.NEGATIVE_INFINITY || until !== Number.POSITIVE_INFINITY
    return bounded && since <= at && at < until
  })
}
