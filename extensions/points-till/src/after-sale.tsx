import '@shopify/ui-extensions/preact'
import { render } from 'preact'
import { connectApp } from './app-api.ts'
import { OrderPointsBlock } from './order-points-block.tsx'
import { wordingOf } from './wording.ts'

export default async () => {
  const { id, customerId } = shopify.order
  render(
    <OrderPointsBlock
      orderId={String(id)}
      customerId={customerId === undefined ? null : String(customerId)}
      app={connectApp(shopify)}
      wording={wordingOf(shopify)}
    />,
    document.body,
  )
}
