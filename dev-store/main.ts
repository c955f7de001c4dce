/** Starts the practice store: a local shop that behaves towards the app as Shopify does. */
import { serve } from '@hono/node-server'
import { openContext, practiceApp } from './practice-store.ts'
import { readSettings } from './settings.ts'

/** After its first access token the app gets this long for its own first steps. */
const INSTALL_GRACE_MILLISECONDS = 2000

const settings = readSettings(process.env)
const context = openContext(settings)
const app = practiceApp(context)

const server = serve({ fetch: app.fetch, port: settings.port, hostname: '127.0.0.1' }, () => {
  context.webhooks.start()
  // To `npm start`, which must not take whoever else answers at this port for us.
  process.send?.({ listens: settings.port })
  console.log(`Practice store ready at ${settings.origin}`)
})
server.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error
  console.error(`Port ${settings.port} is taken. Choose another with PRACTICE_STORE_PORT.`)
  process.exit(1)
})

// The past waits for the app: it goes on after a restart, and starts shortly after the first access token, so
// that the app's own first steps (its rows for the shop) come before the first delivery.
let telling = false
function tellPast(): void {
  const { installed, tokens } = context.store.installation
  if (context.store.history.done || !installed || tokens.length === 0) return
  if (telling) context.history.resume()
  else void context.history.deliverHistory()
  telling = true
}
context.store.documents.onPut((row) => {
  if (row.name === 'installation') setTimeout(tellPast, INSTALL_GRACE_MILLISECONDS).unref()
})
tellPast()

function stop(): void {
  context.webhooks.stop()
  server.close()
  if ('closeAllConnections' in server) server.closeAllConnections()
  context.store.close()
  process.exit(0)
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
