import { type Factor, factor } from './factor.ts'
import type { Campaign } from './program.ts'
import { compileWindow } from './time-window.ts'

/**
 * Which campaigns touch a line, without asking each campaign: every product, collection and tag that a scope
 * names points to a set of campaigns, kept as bits. Time and tier choose the bits of an order, a line's own
 * product, collections and tags choose the bits of the line, and the two are intersected. The cost grows with
 * the line, not with the number of campaigns.
 */
export interface CampaignIndex {
  campaigns: readonly CompiledCampaign[]
  /** How many 32-bit words a set takes. */
  words: number
  everything: Bits
  byProduct: ReadonlyMap<string, Bits>
  byCollection: ReadonlyMap<string, Bits>
  byTag: ReadonlyMap<string, Bits>
}

export interface CompiledCampaign {
  id: string
  multiplier: Factor
  from: number
  until: number
  /** Null: everybody. */
  tiers: ReadonlySet<string> | null
}

export type Bits = Uint32Array

/** What a campaign's scope looks at. */
export interface ScopedLine {
  productId: string | null
  collections: readonly string[]
  tags: readonly string[]
}

/** @throws DomainError invalid-program, invalid-amount */
export function indexCampaigns(campaigns: readonly Campaign[]): CampaignIndex {
  const words = Math.ceil(campaigns.length / 32)
  const byProduct = new Map<string, Bits>()
  const byCollection = new Map<string, Bits>()
  const byTag = new Map<string, Bits>()
  const everything = new Uint32Array(words)
  const mark = (map: Map<string, Bits>, key: string, index: number) => {
    const bits = map.get(key) ?? new Uint32Array(words)
    setBit(bits, index)
    map.set(key, bits)
  }
  campaigns.forEach(({ scope }, index) => {
    if (scope.kind === 'all') setBit(everything, index)
    else if (scope.kind === 'products') for (const id of scope.ids) mark(byProduct, id, index)
    else if (scope.kind === 'collections') for (const id of scope.ids) mark(byCollection, id, index)
    else for (const tag of scope.tags) mark(byTag, foldTag(tag), index)
  })
  return { campaigns: campaigns.map(compileCampaign), words, everything, byProduct, byCollection, byTag }
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
export function runningCampaigns(index: CampaignIndex, at: number, tierId: string | null): Bits | null {
  const { campaigns } = index
  let bits: Bits | null = null
  for (let i = 0; i < campaigns.length; i++) {
    const campaign = campaigns[i] as CompiledCampaign
    if (at < campaign.from || at >= campaign.until) continue
    if (campaign.tiers !== null && (tierId === null || !campaign.tiers.has(tierId))) continue
    bits ??= new Uint32Array(index.words)
    setBit(bits, i)
  }
  return bits
}

/**
 * The running campaigns that touch a line, in the order of the document. `line` null stands for what is no
 * goods (shipping, tips…): only campaigns on everything touch it.
 */
export function campaignsOnLine(
  index: CampaignIndex,
  running: Bits,
  line: ScopedLine | null,
): CompiledCampaign[] {
  const found: CompiledCampaign[] = []
  for (let word = 0; word < index.words; word++) {
    const active = running[word] as number
    if (active === 0) continue
    let bits = index.everything[word] as number
    if (line !== null) bits |= scopeBits(index, line, word)
    bits &= active
    while (bits !== 0) {
      const lowest = 31 - Math.clz32(bits & -bits)
      found.push(index.campaigns[word * 32 + lowest] as CompiledCampaign)
      bits &= bits - 1
    }
  }
  return found
}

function scopeBits(index: CampaignIndex, line: ScopedLine, word: number): number {
  let bits = 0
  if (index.byProduct.size > 0 && line.productId !== null)
    bits |= index.byProduct.get(line.productId)?.[word] ?? 0
  if (index.byCollection.size > 0) {
    for (const id of line.collections) bits |= index.byCollection.get(id)?.[word] ?? 0
  }
  if (index.byTag.size > 0) {
    for (const tag of line.tags) bits |= index.byTag.get(foldTag(tag))?.[word] ?? 0
  }
  return bits
}

/** Shopify's tags do not know capitals; an umlaut may come composed or not. */
function foldTag(tag: string): string {
  const small = tag.trim().toLowerCase()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII, which needs no normalising
  return /^[\x00-\x7f]*$/.test(small) ? small : small.normalize('NFC')
}

function setBit(bits: Bits, index: number): void {
  bits[index >> 5] = (bits[index >> 5] as number) | (1 << (index & 31))
}
