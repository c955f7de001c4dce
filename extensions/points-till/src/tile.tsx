import '@shopify/ui-extensions/preact'
import { render } from 'preact'
import { connectApp } from './app-api.ts'
import { MemberTile } from './member-tile.tsx'
import { wordingOf } from './wording.ts'

export default async () => {
  const { cart } = shopify
  const open = () => shopify.action.presentModal()
  const props = { pos: shopify, app: connectApp(shopify), wording: wordingOf(shopify) }
  render(<MemberTile {...props} cart={cart} open={open} />, document.body)
}
