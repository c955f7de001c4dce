import { RewardsPage } from '../ui/program/rewards/rewards-page.tsx'

export default RewardsPage
