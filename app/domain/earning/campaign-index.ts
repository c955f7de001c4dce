import { type Factor, factor } from '../money/factor.ts'
import { compileWindow } from '../time/time-window.ts'
import type { Campaign } from './campaigns.ts'

/**
 * Which campaigns touch a line, without asking each campaign: every product, collection and tag that a scope
 * names points to a set of campaigns, kept as bits. Time and tier choose the bits of an order, a line's own
 * product, collections and tags choose the bits of the line, and the two are intersected. The cost grows with
 * the line, not with the number of campaigns.
 */
export interface CampaignIndex {
  campaigns: readonly CompiledCampaign[]
  /** One for each 32 campaigns. */
  blocks: readonly Block[]
}

/** The campaigns of a set as bits, 32 in each number, in the order of the document. */
export type CampaignSet = number[]

interface Block {
  everything: number
  byProduct: Map<string, number>
  byCollection: Map<string, number>
  byTag: Map<string, number>
}

export interface CompiledCampaign {
  id: string
  multiplier: Factor
  from: number
  until: number
  /** Null: everybody. */
  tiers: ReadonlySet<string> | null
}

/** What a campaign's scope looks at. */
export interface ScopedLine {
  productId: string | null
  collections: readonly string[]
  tags: readonly string[]
}

/** @throws DomainError invalid-program, invalid-amount */
export function indexCampaigns(campaigns: readonly Campaign[]): CampaignIndex {
  const blocks: Block[] = []
  campaigns.forEach(({ scope }, index) => {
    if (index % 32 === 0) {
      blocks.push({ everything: 0, byProduct: new Map(), byCollection: new Map(), byTag: new Map() })
    }
    const block = blocks[index >> 5] as Block
    const bit = 1 << (index & 31)
    const mark = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) | bit)
    if (scope.kind === 'all') block.everything |= bit
    else if (scope.kind === 'products') for (const id of scope.ids) mark(block.byProduct, id)
    else if (scope.kind === 'collections') for (const id of scope.ids) mark(block.byCollection, id)
    else for (const tag of scope.tags) mark(block.byTag, foldTag(tag))
  })
  return { campaigns: campaigns.map(compileCampaign), blocks }
}

function compileCampaign(campaign: Campaign): CompiledCampaign {
  return {
    id: campaign.id,
    multiplier: factor(campaign.multiplier),
    ...compileWindow(campaign.window),
    tiers: campaign.tiers.length === 0 ? null : new Set(campaign.tiers),
  }
}

/** The campaigns that run at `at` for a member of the tier. Null when none does. */
export function runningCampaigns(
  index: CampaignIndex,
  at: number,
  tierId: string | null,
): CampaignSet | null {
  const { campaigns, blocks } = index
  const running: CampaignSet = []
  let any = 0
  for (let block = 0; block < blocks.length; block++) {
    const end = Math.min(campaigns.length, block * 32 + 32)
    let bits = 0
    for (let i = block * 32; i < end; i++) {
      const campaign = campaigns[i] as CompiledCampaign
      if (at < campaign.from || at >= campaign.until) continue
      if (campaign.tiers !== null && (tierId === null || !campaign.tiers.has(tierId))) continue
      bits |= 1 << (i & 31)
    }
    running.push(bits)
    any |= bits
  }
  return any === 0 ? null : running
}

/**
 * The 32 campaigns of a block that are in `running` and touch a line, as bits. `line` null stands for what is no
 * goods (shipping, tips…): only campaigns on everything touch it.
 */
export function campaignsOnLine(block: Block, running: number, line: ScopedLine | null): number {
  let bits = block.everything
  if (line !== null && running !== 0) {
    const { byProduct, byCollection, byTag } = block
    if (byProduct.size > 0 && line.productId !== null) bits |= byProduct.get(line.productId) ?? 0
    if (byCollection.size > 0) for (const id of line.collections) bits |= byCollection.get(id) ?? 0
    if (byTag.size > 0) for (const tag of line.tags) bits |= byTag.get(foldTag(tag)) ?? 0
  }
  return bits & running
}

/** The campaigns of a set, in the order of the document. */
export function campaignsIn(index: CampaignIndex, set: CampaignSet): CompiledCampaign[] {
  return index.campaigns.filter((_, i) => ((set[i >> 5] as number) & (1 << (i & 31))) !== 0)
}

/** Shopify's tags do not know capitals; an umlaut may come composed or not. */
function foldTag(tag: string): string {
  for (let i = 0; i < tag.length; i++) {
    const code = tag.charCodeAt(i)
    // Capitals, blanks and everything beyond ASCII; most tags have none and stay the string they are.
    if (code <= 32 || (code >= 65 && code <= 90) || code >= 127)
      return tag.trim().toLowerCase().normalize('NFC')
  }
  return tag
}
