import { RulesPage } from '../ui/program/rules/rules-page.tsx'

export default RulesPage
