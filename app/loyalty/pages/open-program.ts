import { withShop } from '../../db/db.server.ts'
import { sameDocument } from '../../domain/document/same-document.ts'
import type { Titles } from '../../domain/document/words.ts'
import type { Language } from '../../i18n/languages.ts'
import type { AdminGraphql } from '../../shopify/ask-admin.ts'
import { type PublishEffect, readPublishEffect } from '../numbers/read-publish-effect.ts'
import { titlesFor } from '../program/campaign-titles.ts'
import { type ProgramDraft, type ProgramVersion, programVersions } from '../program/program-store.ts'
import { draftAndLive } from '../program/save-draft.ts'
import { shopLanguages } from '../program/shop-languages.ts'
import type { Shop } from '../shop/shop-of-request.ts'

/** The draft and the live program, for all pages of the program. */
export interface ProgramView {
  /** Null before the first program was begun. */
  draft: ProgramDraft | null
  live: ProgramVersion | null
  /** The draft says something else than what is live. */
  changed: boolean
  /** Epoch ms, one for server and browser. */
  now: number
  /** Of products and collections. They come later: Shopify is asked for many. */
  titles: Promise<Titles>
  /** In which of the app's languages shoppers can read the shop; none while Shopify has not said. */
  languages: Language[]
}

/** @param now epoch ms */
export async function openProgram(shop: Shop, graphql: AdminGraphql, now: number): Promise<ProgramView> {
  const [{ draft, live }, languages] = await Promise.all([
    withShop(shop.shopId, (tx) => draftAndLive(tx, shop.shopId)),
    shopLanguages(shop.shopId, graphql),
  ])
  const documents = [draft, live].flatMap((version) => (version ? [version.document] : []))
  const changed = draft !== null && (live === null || !sameDocument(draft.document, live.document))
  return { draft, live, changed, now, titles: titlesFor(graphql, documents), languages }
}

/** What publishing the draft would change; null while there is nothing live to compare it with. */
export function publishEffect(shop: Shop, now: number): Promise<PublishEffect | null> {
  return withShop(shop.shopId, async (tx) => {
    const { draft, live } = await draftAndLive(tx, shop.shopId)
    if (!draft || !live) return null
    return readPublishEffect(tx, shop, { live: live.document, draft: draft.document }, now)
  })
}

/** All published versions, newest first. */
export function publishedVersions(shopId: number): Promise<ProgramVersion[]> {
  return withShop(shopId, (tx) => programVersions(tx, shopId))
}
