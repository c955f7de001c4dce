import { findShop } from './shops.ts'
import { type Command, text } from './usage.ts'

/** Checks every invariant of the book over all that is in it. */
export const audit: Command = {
  usage: 'audit [--shop DOMAIN] [--json]',
  summary: "check every rule of points accounting over a shop's whole ledger",
  details: ['Exit 1 when a rule is broken anywhere.'],
  options: { shop: { type: 'string' }, json: { type: 'boolean' } },
  words: [0, 0],
  async run(_words, options) {
    const shop = await findShop(text(options, 'shop'))
    const { withShop } = await import('../../app/db/db.server.ts')
    const { auditLedger } = await import('../../app/loyalty/audit/audit-ledger.ts')
    const findings = await withShop(shop.shopId, auditLedger)
    const broken = findings.reduce((sum, { violations }) => sum + violations, 0)
    if (options.json) {
      console.log(JSON.stringify({ shop: shop.domain, violations: broken, invariants: findings }, null, 2))
      return broken > 0 ? 1 : 0
    }
    console.log(`Audit of ${shop.domain}`)
    for (const { invariant, name, violations, examples } of findings) {
      console.log(`  ${String(invariant).padStart(2)}  ${String(violations).padStart(6)}  ${name}`)
      for (const example of examples) console.log(`              ${example}`)
    }
    console.log(broken === 0 ? '0 violations' : `${broken} violations`)
    return broken > 0 ? 1 : 0
  },
}
