import type { Member } from '../../app/loyalty/members/read-member.ts'
import type { HistoryLine } from '../../app/loyalty/surfaces/entries.ts'
import { findShop } from './shops.ts'
import { type Command, Failure, type Options, text, UsageError } from './usage.ts'

/** Shows one member: points, tier, lots and the whole history with its reasons. */
export const member: Command = {
  usage: 'member ID [--shop DOMAIN] [--json]',
  summary: 'show the points of a member, and where each of them comes from',
  details: ['ID is Shopify\'s customer id: "gid://shopify/Customer/123" or "123".'],
  options: { shop: { type: 'string' }, json: { type: 'boolean' } },
  words: [1, 1],
  run: ([id = ''], options) => run(id, options),
}

/** @throws UsageError */
function customerId(text: string): string {
  const found = /^(?:gid:\/\/shopify\/Customer\/)?(\d{1,20})$/.exec(text)?.[1]
  if (!found) throw new UsageError(`"${text}" is not a customer id like 123 or gid://shopify/Customer/123`)
  return found
}

async function run(text_: string, options: Options): Promise<number> {
  const id = customerId(text_)
  const shop = await findShop(text(options, 'shop'))
  const { withShop } = await import('../../app/db/db.server.ts')
  const { explainEntry } = await import('../../app/loyalty/surfaces/explain-entry.ts')
  const { membershipView } = await import('../../app/loyalty/surfaces/membership-view.ts')
  const { currentProgram } = await import('../../app/loyalty/program/programs.ts')
  const { readHistory } = await import('../../app/loyalty/surfaces/read-history.ts')
  const { readMember } = await import('../../app/loyalty/members/read-member.ts')
  const { wording } = await import('../../app/wording.ts')

  const found = await withShop(shop.shopId, async (tx) => {
    const member = await readMember(tx, shop.shopId, id)
    if (!member) return undefined
    const program = await currentProgram(tx, shop)
    const lines: HistoryLine[] = []
    for (let after: string | null = null; ; ) {
      const { accountId } = member
      const page = await readHistory(tx, {
        shopId: shop.shopId,
        accountId,
        after,
        limit: 100,
        bookkeeping: true,
      })
      lines.push(...page.lines)
      after = page.next
      if (!after) break
    }
    return { member, program, lines }
  })
  if (!found) throw new Failure(`The customer ${id} has no account in ${shop.domain}.`)

  const { currency, timeZone } = shop
  const words = wording('en', { currency, timeZone, pointName: found.program?.document.pointName })
  const { tier } = membershipView(found.program, found.member, Date.now(), new Set())
  const history = found.lines.map((line) => ({ line, ...explainEntry(line, words, 'merchant') }))
  const view: MemberView = { shop: shop.domain, member: found.member, tier: tier?.id ?? null, history }
  if (options.json) console.log(JSON.stringify(asObject(view), null, 2))
  else print(view)
  return 0
}

interface MemberView {
  shop: string
  member: Member
  tier: string | null
  history: { line: HistoryLine; title: string; detail: string[] }[]
}

function asObject({ shop, member, tier, history }: MemberView) {
  const { available, pending, held, debt } = member.balance
  return {
    shop,
    customer: `gid://shopify/Customer/${member.customerId}`,
    account: member.accountId,
    available,
    pending,
    held,
    debt,
    earned: member.earned,
    redeemed: member.redeemed,
    tier,
    lots: member.lots,
    codes: member.codes.map(({ code, status, cost, endsAt }) => ({ code, status, cost, endsAt })),
    entries: history.map(({ line, title, detail }) => ({
      posting: line.postingId,
      at: line.at,
      kind: line.kind,
      part: line.part,
      source: line.sourceId,
      points: line.points,
      moved: line.moved,
      status: line.status,
      after: line.after,
      actor: line.actor,
      reason: line.reason,
      program: line.programVersion,
      title,
      detail,
    })),
  }
}

function print({ shop, member, tier, history }: MemberView): void {
  const { available, pending, held, debt } = member.balance
  const figures = { available, pending, held, debt, earned: member.earned, redeemed: member.redeemed }
  console.log(`Customer ${member.customerId} of ${shop}, account ${member.accountId}`)
  for (const [name, value] of Object.entries(figures)) console.log(`  ${name.padEnd(10)} ${number(value)}`)
  console.log(`  ${'tier'.padEnd(10)} ${(tier ?? 'none').padStart(10)}`)

  console.log(`\nLots (${member.lots.length})`)
  for (const lot of member.lots) {
    const until = lot.expiresOn ? `until ${lot.expiresOn}` : 'for good'
    const reserved = lot.held > 0 ? `, ${lot.held} reserved` : ''
    const from = lot.orderName ?? lot.credit?.source ?? 'no order'
    console.log(
      `  ${day(lot.earnedAt)} ${number(lot.remaining)} of ${lot.earned}  ${from}, ${until}${reserved}`,
    )
  }

  console.log(`\nHistory (${history.length}, newest first)`)
  for (const { line, title, detail } of history) {
    const points = line.points > 0 ? `+${line.points}` : String(line.points)
    const pending = line.status === 'pending' ? ' (pending)' : ''
    console.log(`  ${day(line.at)} ${points.padStart(8)}  ${title}${pending}`)
    for (const reason of detail) console.log(`${' '.repeat(23)}${reason}`)
  }
}

const number = (value: number) => new Intl.NumberFormat('en').format(value).padStart(10)
const day = (at: Date) => new Date(at).toISOString().slice(0, 10)
