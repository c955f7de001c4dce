import type { PublishResult } from '../../../loyalty/program/publish-program.ts'

/** What the server says to the wish to publish; refused when the page has shown another state than there is. */
export type PublishAnswer = PublishResult | { outcome: 'refused'; code: string }
