import { BUGS_FOUND } from './bugs-found.ts'

/** A safeguard that is taken away. */
export interface SeededBug {
  name: string
  about: string
  /** From the root; "migration": whichever migration holds the place. */
  file: string
  /** Stands exactly once in the file. */
  find: string
  replace: string
  /** A second place in the same file, where two guards stand behind each other. */
  also?: { find: string; replace: string }
  /** The files of the quick suite that have to notice; fewer than all, so that this ends the same day. */
  tests: string[]
}

const SAFEGUARDS = ['test/model/safeguards.test.ts']
const MODEL = ['test/model/histories.test.ts']
const RACES = ['test/deep/races.test.ts']
const FOUND = ['test/loyalty/found-by-the-model.test.ts']
const ACCOUNT = ['test/domain/account.test.ts']
const COMPARED = ['test/loyalty/compare-codes.test.ts']
const AUDITED = ['test/loyalty/audit-of-codes.test.ts']

export const BUGS: SeededBug[] = [
  ...BUGS_FOUND,
  // Locks
  {
    name: 'balance-lock',
    about: 'balances are read without a lock',
    file: 'app/ledger/accounts.ts',
    find: '        FOR UPDATE OF b`',
    replace: '`',
    tests: RACES,
  },
  {
    name: 'order-lock',
    about: 'orders are read without a lock',
    file: 'app/loyalty/settlement/orders.ts',
    find: 'ORDER BY o.shop_id, o.order_id FOR UPDATE OF o`',
    replace: 'ORDER BY o.shop_id, o.order_id`',
    tests: SAFEGUARDS,
  },
  {
    name: 'closed-account',
    about: 'a merged account is written all the same',
    file: 'app/ledger/accounts.ts',
    find: 'if (!closed) accounts.set',
    replace: 'if (!closed || Date.now() > 0) accounts.set',
    tests: SAFEGUARDS,
  },
  {
    name: 'new-order-race',
    about: 'a new order overwrites what another transaction wrote of it meanwhile',
    file: 'app/loyalty/settlement/write.ts',
    find: 'await tx.query(INSERT, columnsOf(born))',
    replace: 'await tx.query(INSERT + OVERWRITE, columnsOf(born))',
    tests: FOUND,
  },
  // Keys
  {
    name: 'posting-key',
    about: 'a business key can stand twice in the book',
    file: 'migration',
    find: '  UNIQUE (shop_id, kind, source_id, part, version),\n',
    replace: '',
    tests: SAFEGUARDS,
  },
  {
    name: 'request-key',
    about: 'a request key can redeem twice',
    file: 'migration',
    find: '  UNIQUE (shop_id, account_id, request_key),\n',
    replace: '',
    tests: SAFEGUARDS,
  },
  {
    name: 'request-key-answer',
    about: 'the same click again is not answered with the same code',
    file: 'app/loyalty/redeem-reward.ts',
    find: 'if (before) return sameWish',
    replace: 'if (before && now < 0) return sameWish',
    tests: RACES,
  },
  {
    name: 'delivery-key',
    about: 'a delivery is stored as often as it comes',
    file: 'migration',
    find: '  PRIMARY KEY (shop_id, delivery_id),\n  UNIQUE (shop_id, webhook_id)\n',
    replace: '  PRIMARY KEY (shop_id, delivery_id)\n',
    tests: SAFEGUARDS,
  },
  // Checks
  {
    name: 'available-check',
    about: 'available may fall below zero',
    file: 'migration',
    find: 'available bigint NOT NULL DEFAULT 0 CHECK (available >= 0)',
    replace: 'available bigint NOT NULL DEFAULT 0',
    tests: SAFEGUARDS,
  },
  {
    name: 'debt-check',
    about: 'debt may stand beside points that could repay it',
    file: 'migration',
    find: ',\n  CHECK (debt = 0 OR available = 0)',
    replace: '',
    tests: SAFEGUARDS,
  },
  {
    name: 'lot-check',
    about: 'a lot may hold more than it has',
    file: 'migration',
    find: 'held bigint NOT NULL DEFAULT 0 CHECK (held >= 0 AND held <= remaining)',
    replace: 'held bigint NOT NULL DEFAULT 0',
    tests: SAFEGUARDS,
  },
  {
    name: 'immutable-book',
    about: 'entries can be changed',
    file: 'migration',
    find: 'CREATE TRIGGER entry_only_grows BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION refuse_change();',
    replace: '',
    tests: SAFEGUARDS,
  },
  // Tenants
  {
    name: 'tenant-policy',
    about: 'row-level security lets every shop through',
    file: 'migration',
    find: "CREATE POLICY one_shop ON %I TO stammgast_shop USING (shop_id = (SELECT current_shop_id()))', t)",
    replace: "CREATE POLICY one_shop ON %I TO stammgast_shop USING (true)', t)",
    tests: SAFEGUARDS,
  },
  {
    name: 'tenant-role',
    about: 'requests work with the role that sees all shops',
    file: 'app/db.server.ts',
    find: "all.shop ??= createPool(env().DATABASE_URL, 'stammgast_shop'",
    replace: "all.shop ??= createPool(env().DATABASE_URL, 'stammgast_jobs'",
    tests: SAFEGUARDS,
  },
  // Newest state
  {
    name: 'stale-state',
    about: 'an older state of an order overwrites a newer one',
    file: 'app/loyalty/settle-orders.ts',
    find: "if (reading.facts.updatedAt < known.updatedAt) return 'superseded'",
    replace: "if (reading.facts.updatedAt < known.updatedAt) return 'settled'",
    tests: MODEL,
  },
  {
    name: 'same-second',
    about: 'of two states of one second the first wins without a doubt',
    file: 'app/loyalty/settle-orders.ts',
    find: "return 'in-doubt'\n}",
    replace: "return 'superseded'\n}",
    tests: MODEL,
  },
  {
    name: 'order-moved',
    about: 'an order that moved to another account while we waited is settled on the old one',
    file: 'app/loyalty/settle-orders.ts',
    find: 'if (order.accountId !== holders.before.get(key)?.accountId) throw',
    replace: 'if (order.accountId === undefined) throw',
    tests: SAFEGUARDS,
  },
  // Once only
  {
    name: 'hold-ends-once',
    about: 'a hold can end again',
    file: 'app/ledger/holds.ts',
    find: ' AND account_id = $3 AND outcome IS NULL`',
    replace: ' AND account_id = $3`',
    tests: SAFEGUARDS,
  },
  {
    name: 'points-return',
    about: 'the points of a code that a cancelled order reserved never come back',
    file: 'app/loyalty/settle-redemptions.ts',
    find: 'await endLater(tx, redemption, standing.reason)',
    replace: '',
    tests: MODEL,
  },
  {
    name: 'given-back-order',
    about: 'an order that was wholly given back keeps the points that were spent on it',
    file: 'app/domain/code-standing.ts',
    find: "if (whollyGivenBack(facts) !== null) return 'order-given-back'",
    replace: '',
    tests: MODEL,
  },
  {
    name: 'once-per-member',
    about: 'a reward for once is given again',
    file: 'app/domain/rewards.ts',
    find: 'if (reward.oncePerMember && ',
    replace: 'if (reward.oncePerMember && !reward.active && ',
    tests: MODEL,
  },
  {
    name: 'lapse-of-used-code',
    about: 'a code that stands on an order lapses',
    file: 'app/loyalty/lapse-rewards.ts',
    find: 'if (redemption.orderId !== null) {\n    await lookAtOrder(shop, redemption, now)\n    return false\n  }',
    replace: '',
    also: {
      find: 'if (redemption.orderId !== null || redemption.ending !== null) return false',
      replace: 'if (redemption.ending !== null) return false',
    },
    tests: SAFEGUARDS,
  },
  // Points
  {
    name: 'debt-blocks',
    about: 'debt does not block a redemption',
    file: 'app/domain/account.ts',
    find: "if (account.debt > 0)\n    throw new DomainError('in-debt'",
    replace: "if (account.debt < 0)\n    throw new DomainError('in-debt'",
    tests: ACCOUNT,
  },
  {
    name: 'debt-first',
    about: 'points that come in do not repay debt',
    file: 'app/domain/account.ts',
    find: 'const repaid = Math.min(amount, account.debt)',
    replace: 'const repaid = 0 * Math.min(amount, account.debt)',
    tests: ACCOUNT,
  },
  {
    name: 'held-points-lapse',
    about: 'expiry takes what a hold reserves',
    file: 'app/domain/account.ts',
    find: 'const amount = lot.remaining - lot.held\n',
    replace: 'const amount = lot.remaining\n',
    tests: ACCOUNT,
  },
  {
    name: 'pending-too-early',
    about: 'points can be spent before the return window ends',
    file: 'app/loyalty/settlement/decide.ts',
    find: 'order.maturesAt !== null && now < order.maturesAt',
    replace: 'order.maturesAt !== null && now < 0 * order.maturesAt',
    tests: MODEL,
  },
  {
    name: 'frozen-program',
    about: "a later change is judged by today's program",
    file: 'app/loyalty/settlement/judge-tiers.ts',
    find: 'return programAt(programs, facts.placedAt) ??',
    replace: 'return programAt(programs, Date.now()) ??',
    tests: MODEL,
  },
  {
    name: 'money-kept',
    about:
      'what stands of an order counts though the shop was never paid for it, or has given the money back',
    file: 'app/domain/order-standing.ts',
    find: ': Math.max(taken, Math.min(pool, pool - kept.amount))',
    replace: ': taken',
    tests: MODEL,
  },
  {
    name: 'forgotten-product',
    about: 'a line forgets its product when Shopify does',
    file: 'app/loyalty/settlement/decide.ts',
    find: 'const whole = withProductsOf(facts, known.facts)\n',
    replace: 'const whole = facts\n',
    tests: ['test/edge-cases/what-a-line-was.test.ts'],
  },
  // What was made in Shopify
  {
    name: 'merged-code',
    about: 'the codes of a customer who was merged wait for the night',
    file: 'app/loyalty/merge-members.ts',
    find: 'await moveCodesLater(tx, keptKey)',
    replace: '',
    tests: ['test/loyalty/move-codes.test.ts'],
  },
  {
    name: 'merged-while-made',
    about: 'a code that is made while its customer is merged stays with the one who is gone',
    file: 'app/loyalty/issue-reward.ts',
    find: 'await moveCodesLater(tx, redemption)',
    replace: '',
    tests: ['test/loyalty/move-codes.test.ts'],
  },
  {
    name: 'ours-by-code-alone',
    about: "a merchant's own discount is taken for ours",
    file: 'app/domain/reward-code.ts',
    find: " && title.endsWith(discountTitle('', code))",
    replace: ' && title.length > 0',
    tests: ['test/loyalty/unknown-discounts.test.ts'],
  },
  {
    name: 'half-a-search',
    about: 'an unknown discount counts as settled when a part of the search has not met it',
    file: 'app/loyalty/unknown-discounts.ts',
    find: 'if (last === null) await settleUnseen(tx, shopId)',
    replace: 'await settleUnseen(tx, shopId)',
    tests: ['test/loyalty/unknown-discounts.test.ts'],
  },
  {
    name: 'asked-while-it-runs',
    about: 'a second comparison is asked for while one runs',
    file: 'app/loyalty/ask-for-run.ts',
    find: 'if ((await readCodeComparison(tx, shopId)).running) return',
    replace: '',
    tests: ['test/routes/codes-by-hand.test.ts'],
  },
  {
    name: 'deleted-discount',
    about: 'a code whose discount was deleted in Shopify is passed over',
    file: 'app/domain/code-in-shopify.ts',
    find: "if (!found) return { why: 'missing', repair: 'ask' }",
    replace: 'if (!found) return null',
    tests: COMPARED,
  },
  {
    name: 'usable-after-return',
    about: 'a code that was given back and started again in Shopify stays usable',
    file: 'app/loyalty/compare-codes.ts',
    find: "if (repair === 'end') await withdrawLater",
    replace: "if (repair === 'end' && now < 0) await withdrawLater",
    tests: COMPARED,
  },
  {
    name: 'renamed-discount',
    about: 'points go back though the discount can be used under another code',
    file: 'app/shopify/reward-discount.ts',
    find: 'if (found || discountId === null) return found',
    replace: 'if (found || discountId !== code) return found',
    tests: COMPARED,
  },
  {
    name: 'chosen-customer',
    about: 'a discount that the merchant gave to somebody is taken away again',
    file: 'app/domain/code-in-shopify.ts',
    find: "repair: left ? 'move' : null",
    replace: "repair: left || !left ? 'move' : null",
    tests: COMPARED,
  },
  {
    name: 'night-begins-anew',
    about: 'a night does not go on where the last one ended',
    file: 'app/loyalty/compare-codes.ts',
    find: 'left: questions, now }, afterId)',
    replace: 'left: questions, now }, 0 * afterId)',
    tests: COMPARED,
  },
  {
    name: 'changed-meanwhile',
    about: 'what Shopify said of a code is written down though the code has changed since',
    file: 'app/loyalty/code-comparison.ts',
    find: ' AND r.changed_at = seen.changed_at`',
    replace: '`',
    tests: COMPARED,
  },
  // What the audit sees of codes
  {
    name: 'audit-hold-past-end',
    about: 'the audit does not see a hold that outlives its code',
    file: 'app/loyalty/audit-queries.ts',
    find: "r.ends_at < (SELECT now FROM clock) - interval '25 hours'",
    replace: "r.ends_at < (SELECT now FROM clock) - interval '25 years'",
    tests: AUDITED,
  },
  {
    name: 'audit-looked-at',
    about: 'the audit does not see that Shopify is asked no more for an order that holds a code',
    file: 'app/loyalty/audit-queries.ts',
    find: "AND (r.order_id IS NULL OR coalesce(r.looked_at, r.changed_at) < (SELECT now FROM clock) - interval '3 days')",
    replace: 'AND r.order_id IS NULL',
    tests: AUDITED,
  },
  {
    name: 'audit-dead-order',
    about: 'the audit does not see that a code is bound to an order that was deleted unpaid',
    file: 'app/loyalty/audit-queries.ts',
    find: "WHEN o.gone_at IS NOT NULL THEN 'dead' ELSE 'unpaid' END AS claim",
    replace: "ELSE 'unpaid' END AS claim",
    tests: AUDITED,
  },
  {
    name: 'audit-idle-code',
    about: 'the audit does not see that the order took nothing off for the code that is bound to it',
    file: 'app/loyalty/audit-queries.ts',
    find: "                OR EXISTS (SELECT FROM json_array_elements_text(o.facts -> 'idleCodes') AS i(code) WHERE upper(i.code) = r.code)\n",
    replace: '',
    tests: AUDITED,
  },
  {
    name: 'audit-used-unpaid',
    about: 'the audit does not see a used code whose order is not paid',
    file: 'app/loyalty/audit-queries.ts',
    find: 'THEN NOT coalesce(c.own_paid, false)',
    replace: 'THEN NOT coalesce(c.own, false)',
    tests: AUDITED,
  },
  {
    name: 'audit-returned-paid',
    about: 'the audit does not see points that are back though a paid order used the code',
    file: 'app/loyalty/audit-queries.ts',
    find: 'coalesce(c.paid, false) IS DISTINCT FROM (r.uncovered_at IS NOT NULL)',
    replace: 'NOT coalesce(c.paid, false) AND r.uncovered_at IS NOT NULL',
    tests: AUDITED,
  },
  {
    name: 'audit-rounds',
    about: 'the audit forgets the holds of former rounds',
    file: 'app/loyalty/audit-queries.ts',
    find: 'unnest(r.former_holds || r.hold_id)',
    replace: 'unnest(ARRAY[r.hold_id])',
    tests: AUDITED,
  },
  {
    name: 'audit-stuck-ending',
    about: 'the audit does not see a code that was to be ended in Shopify and is not',
    file: 'app/loyalty/audit-queries.ts',
    find: "AND r.changed_at < (SELECT now FROM clock) - interval '1 day'",
    replace: 'AND r.changed_at IS NULL',
    tests: AUDITED,
  },
  {
    name: 'audit-unmended',
    about: 'the audit does not see that a code which differs in Shopify is not mended',
    file: 'app/loyalty/audit-queries.ts',
    find: "AND f.found_at < (SELECT now FROM clock) - interval '3 days'",
    replace: 'AND f.found_at IS NULL',
    tests: COMPARED,
  },
  // The door
  {
    name: 'signature',
    about: 'the door takes what is not signed',
    file: 'app/intake/verify-signature.ts',
    find: 'timingSafeEqual(given, expected)',
    replace: 'given.length > 0',
    tests: ['test/intake'],
  },
  {
    name: 'poison',
    about: 'a poisoned delivery is tried again for hours instead of being set aside',
    file: 'app/shopify/payload.ts',
    find: "return whole.includes('\\0') ? whole.replaceAll('\\0', '') : whole",
    replace: 'return whole',
    tests: FOUND,
  },
]
