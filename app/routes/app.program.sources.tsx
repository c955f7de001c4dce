import { SourcesPage } from '../ui/program/rules/sources-page.tsx'

export default SourcesPage
