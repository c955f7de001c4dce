import '@shopify/ui-extensions/preact'
import { render } from 'preact'
import { connectApp } from './app-api.ts'
import { CheckoutPoints } from './checkout-points.tsx'
import { wordingOf } from './wording.ts'

export default async () => {
  const { i18n, localization, sessionToken } = shopify
  const wording = wordingOf(i18n, localization.extensionLanguage.value.isoCode)
  render(<CheckoutPoints shop={shopify} app={connectApp(sessionToken)} wording={wording} />, document.body)
}
