import type pg from 'pg'

/** An open transaction. Whoever writes points is handed one; nobody in here opens or ends it. */
export type Tx = Pick<pg.ClientBase, 'query'>

/** What was read before the lock no longer holds: the whole transaction has to begin again. */
export class TryAgain extends Error {}
