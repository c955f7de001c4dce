/** A shop as Shopify signs it: "kontor-lindental.myshopify.com", in small letters. */
export const SHOP_DOMAIN = /^[a-z0-9][a-z0-9-]{0,99}\.myshopify\.com$/
