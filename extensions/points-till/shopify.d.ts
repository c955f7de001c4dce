import '@shopify/ui-extensions'

declare module './src/tile.tsx' {
  const shopify: import('@shopify/ui-extensions/pos.home.tile.render').Api
}

declare module './src/modal.tsx' {
  const shopify: import('@shopify/ui-extensions/pos.home.modal.render').Api
}

declare module './src/customer-block.tsx' {
  const shopify: import('@shopify/ui-extensions/pos.customer-details.block.render').Api
}

declare module './src/customer-modal.tsx' {
  const shopify: import('@shopify/ui-extensions/pos.customer-details.action.render').Api
}

declare module './src/after-sale.tsx' {
  const shopify: import('@shopify/ui-extensions/pos.purchase.post.block.render').Api
}
