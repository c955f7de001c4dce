import type { Tx } from '../../db/tx.ts'
import { withoutAddresses } from '../../without-addresses.ts'

/** A stored webhook delivery, claimed by this transaction. */
export interface Delivery {
  /** 0: no shop of this name had the app installed when it came. */
  shopId: number
  /** The shop was erased when this came: the door had just found it. */
  shopErased: boolean
  deliveryId: number
  shopDomain: string
  topic: string
  /** Epoch milliseconds. */
  triggeredAt: number | null
  body: string
  attempts: number
  /** It has forgotten its person already, and waits for what still names her. */
  linkCut: boolean
}

/**
 * How a delivery ends. `later` puts it back, `apart` among the requests that are worked off one by one, `erased` leaves
 * nothing of it; `reason` is shown to the merchant.
 */
export type Ending =
  | { status: 'done' | 'erased' | 'apart' }
  | { status: 'ignored' | 'quarantined'; reason: string }
  /** linkCut: its person is forgotten, and it waits for what still names her. */
  | { status: 'later'; reason: string; linkCut?: boolean }

/** Why a request waits for another one, as the merchant is told. That is no fault of its own. */
export const NOT_ITS_TURN = 'Another request about the same customer came before and waits'

/** After so many faults a delivery is set aside with its reason, unless it forgets a person. */
export const MOST_ATTEMPTS = 12
const FIRST_WAIT_S = 2
const LONGEST_WAIT_S = 3_600
/** Of what is never set aside. */
const LONGEST_WAIT_OF_LASTING_S = 86_400
/** What nobody has tried yet, or what would wait for longer than anything may, has a time from before the clock was set back. */
const IS_DUE = `(not_before <= now() OR attempts = 0 OR not_before > now() + make_interval(
         secs => CASE WHEN attempts < ${MOST_ATTEMPTS} THEN ${LONGEST_WAIT_S} ELSE ${LONGEST_WAIT_OF_LASTING_S} END))`

/** So many are looked at for one whose shop nobody else is busy with. */
const MOST_REQUESTS = 500

/**
 * Takes the oldest waiting deliveries out of the inbox, for this transaction: others pass them by, and if the process
 * dies or the work fails they lie there again. By key: a row's place (ctid) names one in each partition of a table.
 * @param only these, also when they wait apart, where nobody else takes them
 */
export async function claimDeliveries(tx: Tx, most: number, only?: number[]): Promise<Delivery[]> {
  const { rows } = await tx.query<Delivery>(
    `WITH oldest AS MATERIALIZED (
       SELECT shop_id, delivery_id FROM inbox
        WHERE ${IS_DUE} AND CASE WHEN $2::bigint[] IS NULL THEN NOT apart ELSE delivery_id = ANY($2) END
        ORDER BY delivery_id LIMIT $1 FOR UPDATE SKIP LOCKED
     ), claimed AS (
       DELETE FROM inbox i USING oldest o WHERE i.shop_id = o.shop_id AND i.delivery_id = o.delivery_id
       RETURNING i.shop_id, i.delivery_id, i.attempts, i.link_cut)
     SELECT d.shop_id AS "shopId", d.delivery_id AS "deliveryId", d.shop_domain AS "shopDomain", d.topic,
            (extract(epoch FROM d.triggered_at) * 1000)::float8 AS "triggeredAt", d.body, c.attempts,
            c.link_cut AS "linkCut",
            d.shop_id <> 0 AND NOT EXISTS (SELECT FROM shop s WHERE s.shop_id = d.shop_id) AS "shopErased"
       FROM claimed c JOIN delivery d ON d.shop_id = c.shop_id AND d.delivery_id = c.delivery_id
      ORDER BY d.delivery_id`,
    [most, only ?? null],
  )
  return rows
}

/** A request that waits apart. */
export interface WaitingRequest {
  shopId: number
  deliveryId: number
}

/** Those that are due, as they were received. What a redaction waits for comes before it is tried again. */
export async function dueRequests(tx: Tx): Promise<WaitingRequest[]> {
  const { rows } = await tx.query<WaitingRequest>(
    `SELECT shop_id AS "shopId", delivery_id AS "deliveryId"
       FROM inbox JOIN delivery USING (shop_id, delivery_id) WHERE apart AND ${IS_DUE}
      ORDER BY link_cut, delivery_id LIMIT ${MOST_REQUESTS}`,
  )
  return rows
}

/**
 * Ends deliveries in the transaction that claimed them. What did its work leaves no more than the delivery itself;
 * what is to be tried later goes back into the inbox.
 */
export async function finishDeliveries(tx: Tx, endings: Map<Delivery, Ending>): Promise<void> {
  const noted: { delivery: Delivery; status: string; reason: string }[] = []
  for (const [delivery, ending] of endings) {
    if (!('reason' in ending)) continue
    const { status, reason } = ending
    if (status !== 'later') noted.push({ delivery, status, reason })
    else {
      const linkCut = delivery.linkCut || ending.linkCut === true
      const isLasting = linkCut || delivery.topic === 'customers/redact' || reason === NOT_ITS_TURN
      if (delivery.attempts + 1 < MOST_ATTEMPTS || isLasting)
        await postpone(tx, { ...delivery, linkCut }, reason)
      else noted.push({ delivery, status: 'quarantined', reason })
    }
  }
  if (noted.length > 0) await noteOutcomes(tx, noted)
  await setApart(
    tx,
    [...endings].flatMap(([delivery, { status }]) => (status === 'apart' ? [delivery] : [])),
  )
  const ended = [...endings].flatMap(([delivery, { status }]) =>
    status === 'done' || status === 'ignored' ? [delivery] : [],
  )
  await forgetPersons(tx, ended)
  const forgot = [...endings].flatMap(([delivery, ending]) =>
    ending.status === 'later' && ending.linkCut && !delivery.linkCut ? [delivery] : [],
  )
  await wakeRequests(tx, [...ended, ...noted.map(({ delivery }) => delivery), ...forgot])
  await erase(
    tx,
    [...endings].flatMap(([delivery, { status }]) => (status === 'erased' ? [delivery] : [])),
  )
}

async function erase(tx: Tx, deliveries: Delivery[]): Promise<void> {
  if (deliveries.length === 0) return
  await tx.query(
    'DELETE FROM delivery WHERE (shop_id, delivery_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))',
    [deliveries.map(({ shopId }) => shopId), deliveries.map(({ deliveryId }) => deliveryId)],
  )
}

/** They say whom they are about and nothing else. Of a shop that is not here nobody works them off, and they end as well. */
const ABOUT_A_PERSON = new Set(['customers/redact', 'customers/data_request'])

function withoutPerson({ topic, body }: Delivery): string {
  return ABOUT_A_PERSON.has(topic) ? '{}' : withoutAddresses(body)
}

/**
 * A guest's or a customer's e-mail address is read once. What is empty by now was emptied by a redaction and stays so.
 * Few bodies have one: Shopify gives nearly every order a customer.
 */
async function forgetPersons(tx: Tx, ended: Delivery[]): Promise<void> {
  const changed = ended.flatMap((delivery) => {
    const body = withoutPerson(delivery)
    return body === delivery.body ? [] : [{ ...delivery, body }]
  })
  if (changed.length === 0) return
  await tx.query(
    `UPDATE delivery d SET body = known.body
       FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS known (shop_id, delivery_id, body)
      WHERE d.shop_id = known.shop_id AND d.delivery_id = known.delivery_id AND d.body <> '{}'`,
    [changed.map((one) => one.shopId), changed.map((one) => one.deliveryId), changed.map((one) => one.body)],
  )
}

/** Of what is still there: a shop may be erased beside this, or by one of the batch. */
async function noteOutcomes(
  tx: Tx,
  noted: { delivery: Delivery; status: string; reason: string }[],
): Promise<void> {
  await tx.query(
    `INSERT INTO delivery_outcome (shop_id, delivery_id, status, reason, attempts)
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::int[])
              AS noted (shop_id, delivery_id, status, reason, attempts)
      WHERE EXISTS (SELECT FROM delivery d WHERE d.shop_id = noted.shop_id AND d.delivery_id = noted.delivery_id)
     ON CONFLICT (shop_id, delivery_id) DO UPDATE
        SET status = excluded.status, reason = excluded.reason, attempts = excluded.attempts, finished_at = now()`,
    [
      noted.map(({ delivery }) => delivery.shopId),
      noted.map(({ delivery }) => delivery.deliveryId),
      noted.map(({ status }) => status),
      noted.map(({ reason }) => reason.slice(0, 500) || 'unknown'),
      noted.map(({ delivery }) => delivery.attempts + 1),
    ],
  )
}

/** Nobody has tried them in this turn. */
async function setApart(tx: Tx, deliveries: Delivery[]): Promise<void> {
  if (deliveries.length === 0) return
  await tx.query(
    `INSERT INTO inbox (shop_id, delivery_id, attempts, link_cut, apart)
     SELECT shop_id, delivery_id, attempts, link_cut, true
       FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::boolean[]) AS r (shop_id, delivery_id, attempts, link_cut)`,
    [
      deliveries.map(({ shopId }) => shopId),
      deliveries.map(({ deliveryId }) => deliveryId),
      deliveries.map(({ attempts }) => attempts),
      deliveries.map(({ linkCut }) => linkCut),
    ],
  )
}

/** A request may wait for these although they have never failed: they take their time. */
const WAITED_FOR = new Set(['customers/redact', 'customers/merge'])

/**
 * What had failed may be what a redaction of its shop waits for, whose next attempt may be a day away; and a redaction or a
 * merge what another request does, whose own faults count from its turn on.
 * @param ended these, or redactions that have forgotten their person just now
 */
async function wakeRequests(tx: Tx, ended: Delivery[]): Promise<void> {
  const able = ended.filter(({ attempts, topic }) => attempts > 0 || WAITED_FOR.has(topic))
  if (able.length === 0) return
  await tx.query(
    `UPDATE inbox SET not_before = now(), attempts = CASE WHEN reason = $3 THEN 1 ELSE attempts END
      WHERE (link_cut OR reason = $3) AND not_before > now() AND shop_id = ANY($1::bigint[])
        AND delivery_id <> ALL($2::bigint[])`,
    [[...new Set(able.map(({ shopId }) => shopId))], able.map(({ deliveryId }) => deliveryId), NOT_ITS_TURN],
  )
}

/** With a wait that grows; what is never set aside is tried once a day at last. */
async function postpone(tx: Tx, { shopId, deliveryId, linkCut, ...delivery }: Delivery, reason: string) {
  const attempts = delivery.attempts + 1
  const longest = attempts < MOST_ATTEMPTS ? LONGEST_WAIT_S : LONGEST_WAIT_OF_LASTING_S
  const wait = Math.min(FIRST_WAIT_S * 2 ** delivery.attempts, longest)
  await tx.query(
    `INSERT INTO inbox (shop_id, delivery_id, attempts, reason, not_before, link_cut)
     VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5), $6)`,
    [shopId, deliveryId, attempts, reason.slice(0, 500), wait, linkCut],
  )
}
