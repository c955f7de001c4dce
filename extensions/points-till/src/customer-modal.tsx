import '@shopify/ui-extensions/preact'
import { render } from 'preact'
import { connectApp } from './app-api.ts'
import { Counter } from './counter.tsx'
import { wordingOf } from './wording.ts'

export default async () => {
  render(
    <Counter
      desk={shopify}
      app={connectApp(shopify)}
      wording={wordingOf(shopify)}
      customerId={String(shopify.customer.id)}
    />,
    document.body,
  )
}
