import { CampaignsPage } from '../ui/program/campaigns/campaigns-page.tsx'

export default CampaignsPage
