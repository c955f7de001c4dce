import { RewardPage } from '../ui/program/rewards/reward-page.tsx'

export default RewardPage
