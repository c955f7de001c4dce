import { asWhole, byItem, section } from '../document/section.ts'
import { unknownTiers } from '../document/unknown-tiers.ts'
import { unreadableWindow } from '../time/unreadable-window.ts'
import { indexCampaigns } from './campaign-index.ts'
import { campaigns, stacking } from './campaigns.ts'

export const campaignsSection = section({
  key: 'campaigns',
  schema: campaigns,
  check: (list, { tierIds }) => [
    ...unknownTiers(list, tierIds),
    ...list.flatMap(({ window }, i) => unreadableWindow(window, `${i}.window`)),
  ],
  compile: (list) => ({ campaigns: indexCampaigns(list) }),
  changes: byItem,
})

export const stackingSection = section({
  key: 'stacking',
  schema: stacking,
  compile: (rule) => ({ stacking: rule }),
  changes: asWhole,
})
