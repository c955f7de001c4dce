import { OverviewPage } from '../ui/program/overview-page.tsx'

export default OverviewPage
