import { EarningPage } from '../ui/program/rules/earning-page.tsx'

export default EarningPage
