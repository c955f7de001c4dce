import '@shopify/ui-extensions/preact'
import { render } from 'preact'
import { connectApp } from './app-api.ts'
import { isSignedIn } from './buyer.ts'
import { OrderPointsBlock } from './order-points-block.tsx'
import { wordingOf } from './wording.ts'

export default async () => {
  const { i18n, localization, sessionToken, shop } = shopify
  const wording = wordingOf(i18n, localization.extensionLanguage.value.isoCode)
  const app = connectApp(sessionToken)

  // The order arrives a moment after the page when the shopper comes straight from checkout.
  function Block() {
    const order = shopify.order.value
    if (!order) return null
    return (
      <OrderPointsBlock
        orderId={order.id}
        bought={shopify}
        signedIn={isSignedIn(shopify)}
        storefrontUrl={shop.storefrontUrl}
        app={app}
        wording={wording}
      />
    )
  }
  render(<Block />, document.body)
}
