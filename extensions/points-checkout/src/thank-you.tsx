import '@shopify/ui-extensions/preact'
import { render } from 'preact'
import { connectApp } from './app-api.ts'
import { isSignedIn } from './buyer.ts'
import { OrderPointsBlock } from './order-points-block.tsx'
import { wordingOf } from './wording.ts'

export default async () => {
  const { i18n, localization, orderConfirmation, sessionToken, shop } = shopify
  const wording = wordingOf(i18n, localization.extensionLanguage.value.isoCode)
  render(
    <OrderPointsBlock
      orderId={orderConfirmation.value.order.id}
      bought={shopify}
      signedIn={isSignedIn(shopify)}
      storefrontUrl={shop.storefrontUrl}
      app={connectApp(sessionToken)}
      wording={wording}
    />,
    document.body,
  )
}
