import { TiersPage } from '../ui/program/tiers/tiers-page.tsx'

export default TiersPage
