import { withShop } from '../../db/db.server.ts'
import { sameDocument } from '../../domain/document/same-document.ts'
import type { Reward } from '../../domain/rewards/kinds.ts'
import type { Locale } from '../../wording.ts'
import { readActivity, type ToldActivity, tellActivity } from '../numbers/read-activity.ts'
import {
  type Attention,
  type Figures,
  latestOrderThatCame,
  readAttention,
  readFigures,
} from '../numbers/read-figures.ts'
import { currentProgram } from '../program/programs.ts'
import { draftAndLive } from '../program/save-draft.ts'
import type { Shop } from '../shop/shop-of-request.ts'
import { programWording } from '../surfaces/describe-program.ts'

/** How far a shop has come with the first steps. */
export interface GuideState {
  program: 'none' | 'draft' | 'published'
  /** The merchant has confirmed it: the app may not read themes. */
  block: boolean
  /** The latest order that has come in, "#1042"; a test order earns nothing. */
  order: { name: string; earned: boolean } | null
}

export interface HomeView {
  guide: GuideState
  showGuide: boolean
  rewards: Reward[]
  /** The draft says something else than what is live. */
  draftWaits: boolean
  attention: Attention
  activity: ToldActivity[]
  /** Adding up a month of entries takes a moment in a large shop: the page does not wait for it. */
  figures: Promise<Figures>
}

export async function openHome(shop: Shop, language: Locale, now: Date): Promise<HomeView> {
  const { shopId, settings } = shop
  const quick = await withShop(shopId, async (tx) => {
    const { draft, live } = await draftAndLive(tx, shopId)
    const words = programWording(language, shop, await currentProgram(tx, shop))
    const guide: GuideState = {
      program: live ? 'published' : draft ? 'draft' : 'none',
      block: settings.themeBlockDone === true,
      order: await latestOrderThatCame(tx, shopId),
    }
    return {
      guide,
      rewards: live?.document.rewards ?? [],
      draftWaits: live !== null && draft !== null && !sameDocument(live.document, draft.document),
      attention: await readAttention(tx, shopId),
      activity: tellActivity(await readActivity(tx, shopId), words),
    }
  })
  const figures = withShop(shopId, (tx) => readFigures(tx, shop, now))
  return { ...quick, showGuide: settings.guideDismissed !== true, figures }
}
