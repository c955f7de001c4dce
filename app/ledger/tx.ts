import type pg from 'pg'

/** An open transaction. Whoever writes points is handed one; nobody in here opens or ends it. */
export type Tx = Pick<pg.ClientBase, 'query'>
