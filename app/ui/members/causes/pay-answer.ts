/** What a page hears when a payment to a cause was written down, or taken back, or not. */
export type PayAnswer =
  | { ok: true; intent: 'pay' | 'correct' }
  | { ok: false; intent: 'pay' | 'correct'; refused: PayRefusal }

export type PayRefusal = 'invalid-payload' | 'cause-unknown' | 'payment-unknown' | 'key-conflict'
