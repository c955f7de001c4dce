/** The client secrets of the app under test, in the form of Shopify's. They open nothing. */
export const APP_SECRET = '0c1d7e57a5ec2e7f0b9a84c3d6e2f185'
export const PREVIOUS_SECRET = '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'
