import { readFileSync } from 'node:fs'
import type { ProgramIssue } from '../../app/domain/document/program-issue.ts'
import type { Shop } from '../../app/loyalty/shop/shop-of-request.ts'
import { findShop } from './shops.ts'
import { type Command, Failure, type Options, text, UsageError, wholeNumber } from './usage.ts'

/** Publishes a program document as the next version. */
export const publishProgram: Command = {
  usage: 'publish-program (FILE.json | --starter) [--shop DOMAIN] [--from DATE]',
  summary: 'publish a program document as the next version',
  details: [
    '--starter takes the program that a new shop begins with.',
    '--from (first version only): orders placed since that day of the shop, like 2026-01-31, count too.',
  ],
  options: { shop: { type: 'string' }, from: { type: 'string' }, starter: { type: 'boolean' } },
  words: [0, 1],
  run: ([file], options) => publish(file, options),
}

/** Prints a published program document. */
export const exportProgram: Command = {
  usage: 'export-program [--shop DOMAIN] [--version N]',
  summary: 'print a published program document (the newest, unless a version is named)',
  options: { shop: { type: 'string' }, version: { type: 'string' } },
  words: [0, 0],
  async run(_words, options) {
    const wanted = wholeNumber(options, 'version', 0, 1, 1_000_000)
    const shop = await findShop(text(options, 'shop'))
    const { withShop } = await import('../../app/db/db.server.ts')
    const { programVersions } = await import('../../app/loyalty/program/program-store.ts')
    const versions = await withShop(shop.shopId, (tx) => programVersions(tx, shop.shopId))
    const found = wanted ? versions.find(({ version }) => version === wanted) : versions[0]
    if (!found) {
      const what = wanted ? `version ${wanted}` : 'a program'
      throw new Failure(`${shop.domain} has not published ${what}.`)
    }
    console.log(JSON.stringify(found.document, null, 2))
    return 0
  },
}

async function publish(file: string | undefined, options: Options): Promise<number> {
  if ((file === undefined) === (options.starter !== true)) throw new UsageError('name a file, or --starter')
  const from = readDay(text(options, 'from'))
  const document = file === undefined ? undefined : readDocument(file)
  const shop = await findShop(text(options, 'shop'))
  const { startOfDate } = await import('../../app/domain/time/time-window.ts')
  const countFrom = from === null ? null : new Date(startOfDate(from, shop.timeZone))
  const result = await publishDocument(shop, document, countFrom)
  if (Array.isArray(result)) {
    for (const { path, message } of result) console.error(`  ${path || 'the document'}: ${message}`)
    throw new Failure('Nothing was published: the program is not valid.')
  }
  const { outcome, version } = result
  console.log(
    outcome === 'published'
      ? `Published version ${version}.`
      : `Version ${version} is the same: nothing to do.`,
  )
  return 0
}

/** Puts the document (or the starter program) into the draft and publishes it, both or neither. */
async function publishDocument(shop: Shop, document: object | undefined, countFrom: Date | null) {
  const { withShop } = await import('../../app/db/db.server.ts')
  const { saveDraft, startDraft } = await import('../../app/loyalty/program/save-draft.ts')
  const { publishProgram: publishDraft } = await import('../../app/loyalty/program/publish-program.ts')
  const { starterProgram } = await import('../../app/domain/templates/program-template.ts')
  const { isDomainError } = await import('../../app/domain/text/errors.ts')
  const actor = 'command line'
  const patch = document ?? starterProgram(shop.currency, shop.timeZone)
  try {
    return await withShop<ProgramIssue[] | { outcome: string; version: number }>(shop.shopId, async (tx) => {
      const revision = await startDraft(tx, shop, actor)
      const saved = await saveDraft(tx, shop, { revision, patch, actor })
      if (!saved.ok) return saved.issues
      const published = await publishDraft(tx, shop, { revision: saved.revision, countFrom, actor })
      return published.outcome === 'invalid' ? published.issues : published
    })
  } catch (error) {
    throw isDomainError(error) ? new Failure(`Nothing was published: ${error.message}.`) : error
  }
}

/**
 * A day of the calendar, which begins when it begins in the shop.
 * @throws UsageError
 */
function readDay(day: string | undefined): string | null {
  if (day === undefined) return null
  const date = new Date(`${day}T00:00:00Z`)
  // February 30 would be taken for March 2.
  if (!Number.isNaN(+date) && date.toISOString() === `${day}T00:00:00.000Z`) return day
  throw new UsageError(`--from "${day}" is not a day like 2026-01-31`)
}

/** @throws Failure */
function readDocument(file: string): object {
  let content: string
  try {
    content = readFileSync(file, 'utf8')
  } catch {
    throw new Failure(`There is no file "${file}".`)
  }
  try {
    const document: unknown = JSON.parse(content)
    if (typeof document === 'object' && document !== null) return document
  } catch {}
  throw new Failure(`"${file}" holds no JSON object.`)
}
