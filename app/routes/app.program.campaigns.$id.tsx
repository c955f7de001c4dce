import { CampaignPage } from '../ui/program/campaigns/campaign-page.tsx'

export default CampaignPage
