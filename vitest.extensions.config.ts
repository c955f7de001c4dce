import { defineConfig } from 'vitest/config'

export default defineConfig({
  // What Shopify CLI bakes in when it bundles the extension.
  define: { 'process.env.APP_URL': JSON.stringify('https://app.example.test/') },
  test: {
    include: ['test/extensions/checkout-*.test.{ts,tsx}'],
    // The tester's published files import without extensions, which only Vite resolves.
    server: { deps: { inline: [/ui-extensions-tester/] } },
  },
})
