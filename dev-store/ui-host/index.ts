/** Runs the project's UI extensions in the practice store's pages. */
export type {
  DiscountCodeChange,
  DiscountCodeResult,
  UiCheckout,
  UiDiscount,
  UiLine,
  UiOrder,
  UiTarget,
  UiTillOrder,
} from './page-data.ts'
export { CHECKOUT_CHANGED, CHECKOUT_TARGET, ORDER_STATUS_TARGET, THANK_YOU_TARGET } from './page-data.ts'
export type { RenderOptions, UiHostContext } from './render.ts'
export { renderExtensionTargets, renderTill } from './render.ts'
export type { UiHostPages } from './routes.ts'
export { uiHostRoutes } from './routes.ts'
