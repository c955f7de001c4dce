import { Liquid, Tag, type TagToken, type TopLevelToken } from 'liquidjs'
import type { ThemeContext } from './context.ts'
import { type Block, type BlockTarget, type Extension, pointsWidget } from './extension.ts'
import { addFilters, escapeHtml, type FilterFacts } from './filters.ts'
import { moneyFormat } from './money.ts'
import { globalObjects } from './objects.ts'

/** Draws the real files of extensions/points-widget, as Shopify would, into the practice store's pages. */

export { themeAssetRoutes } from './assets.ts'
export { type PageFacts, type ThemeContext, themeContext } from './context.ts'

/** `{% schema %}` shows nothing; its JSON is read by Extension. */
class SchemaTag extends Tag {
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid) {
    super(token, rest, liquid)
    while (rest.length) {
      const next = rest.shift() as (TopLevelToken & { name?: string }) | undefined
      if (next?.name === 'endschema') return
    }
    throw new Error('tag {% schema %} not closed')
  }
  *render() {}
}

const engines = new WeakMap<Extension, Liquid>()

function engineOf(extension: Extension): Liquid {
  const known = engines.get(extension)
  if (known) return known
  const engine = new Liquid({
    root: `${extension.directory}/blocks`,
    partials: `${extension.directory}/snippets`,
    extname: '.liquid',
    strictFilters: true,
    relativeReference: false,
  })
  engine.registerTag('schema', SchemaTag)
  addFilters(engine, extension)
  engines.set(extension, engine)
  return engine
}

function filterFacts(extension: Extension, context: ThemeContext): FilterFacts {
  const fallback = extension.defaultTexts()
  const currency = context.currency ?? context.shop.currency
  return {
    locale: context.locale,
    texts: extension.texts(context.locale) ?? fallback,
    fallback,
    currency,
    moneyFormat: moneyFormat(currency),
    timeZone: context.shop.timeZone,
    now: context.now ?? Date.now(),
  }
}

export interface BlockRequest {
  handle: string
  context: ThemeContext
  /** The merchant's settings; the schema's defaults stand in for missing ones. */
  settings?: Record<string, unknown>
  extension?: Extension
}

/** One block as HTML. @throws Error if there is no such block, with the names of those there are */
export async function renderBlock({
  handle,
  context,
  settings,
  extension = pointsWidget,
}: BlockRequest): Promise<string> {
  const blocks = extension.blocks()
  const block = blocks.find((candidate) => candidate.handle === handle)
  if (!block)
    throw new Error(`There is no block "${handle}", only ${blocks.map((own) => own.handle).join(', ')}`)
  const defaults = Object.fromEntries(
    (block.schema.settings ?? []).map((setting) => [setting.id, setting.default]),
  )
  const id = `points-widget-${handle}`
  const scope = {
    block: {
      id,
      type: handle,
      settings: { ...defaults, ...settings },
      shopify_attributes: `data-block-id="${escapeHtml(id)}"`,
    },
  }
  const globals = { ...globalObjects(context), page_facts: filterFacts(extension, context) }
  const html: string = await engineOf(extension).renderFile(handle, scope, { globals })
  return `<div id="shopify-block-${id}" class="shopify-block shopify-app-block">${html.trim()}</div>`
}

function enabledOn({ schema }: Block, page: string): boolean {
  const { enabled_on: on, disabled_on: off } = schema
  const names = (templates: string[] | undefined) => templates?.includes('*') || templates?.includes(page)
  return on?.templates ? Boolean(names(on.templates)) : !names(off?.templates)
}

export interface BlocksRequest extends ThemeContext {
  target: BlockTarget
  /** Only this block; otherwise every block of the target that the page allows. */
  block?: string
  settings?: Record<string, unknown>
}

const blocksOf = (context: ThemeContext, target: BlockTarget) =>
  pointsWidget.blocks().filter((block) => block.schema.target === target && enabledOn(block, context.page))

/**
 * The styles and deferred scripts that blocks name in their schema: each once a page. Belongs into the head.
 * `handles`: only those of these blocks.
 */
export function blockAssets(context: ThemeContext, handles?: string[]): string {
  const used = pointsWidget
    .blocks()
    .filter((block) => (handles ? handles.includes(block.handle) : enabledOn(block, context.page)))
  const unique = (files: (string | undefined)[]) => [...new Set(files.filter((file) => file !== undefined))]
  const styles = unique(used.map((block) => block.schema.stylesheet))
  const scripts = unique(used.map((block) => block.schema.javascript))
  return [
    ...styles.map((file) => `<link rel="stylesheet" href="${pointsWidget.assetUrl(file)}" media="all">`),
    ...scripts.map((file) => `<script src="${pointsWidget.assetUrl(file)}" defer></script>`),
  ].join('\n')
}

/** App embeds of the head or the body. */
export async function renderEmbeds({ target, context }: { target: 'head' | 'body'; context: ThemeContext }) {
  const rendered = await Promise.all(
    blocksOf(context, target).map(({ handle }) => renderBlock({ handle, context })),
  )
  return rendered.join('\n')
}

/**
 * Everything that the extension puts at one place of a page: 'head' gives the styles and scripts of the page's blocks
 * (and embeds of the head), 'section' its app blocks, or the one named `block`, 'body' its app embeds.
 */
export async function renderBlocks(request: BlocksRequest): Promise<string> {
  const { target, block, settings, ...context } = request
  if (target === 'head')
    return [blockAssets(context), await renderEmbeds({ target, context })].filter(Boolean).join('\n')
  const chosen = blocksOf(context, target).filter(({ handle }) => block === undefined || handle === block)
  const rendered = await Promise.all(
    chosen.map(({ handle }) => renderBlock({ handle, context, ...(settings ? { settings } : {}) })),
  )
  return rendered.join('\n')
}
