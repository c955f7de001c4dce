/** What a member's page hears when a code is to be taken back. */
export type EndCodeAnswer =
  /** `back`: the points are back already, and not only once Shopify has ended the code. */
  | { ok: true; intent: 'end-code'; back: boolean }
  /** `order`: the name of the unpaid one that carries the code. */
  | { ok: false; intent: 'end-code'; refused: EndCodeRefusal; order: string | undefined }

export type EndCodeRefusal = 'code-unknown' | 'code-used' | 'code-on-order' | 'reward-done'
