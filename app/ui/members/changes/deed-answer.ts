export type Deed = 'done' | 'undo' | 'cancel' | 'take-back'

/** What a page hears when people have done something for a member, or will not do it. */
export type DeedAnswer = { ok: true; deed: Deed } | { ok: false; deed: Deed; refused: DeedRefusal }

export type DeedRefusal = 'code-unknown' | 'reward-done' | 'reward-not-open' | 'in-debt' | 'donation-paid'
