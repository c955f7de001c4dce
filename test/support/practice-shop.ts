import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
import type { PracticeContext } from '../../dev-store/context.ts'
import { openContext, practiceApp } from '../../dev-store/practice-store.ts'
import { APP_SECRET } from './app-secret.ts'

export interface PracticeShop {
  context: PracticeContext
  /** Where it listens. */
  url: string
  domain: string
  close(): Promise<void>
}

/**
 * The practice store in this process, with goods, a dozen customers and no past. It tells the app at `appUrl`.
 * @param fill puts something into its folder before it opens
 */
export async function openPracticeShop(
  appUrl: string,
  fill: (dataDirectory: string) => void = () => {},
): Promise<PracticeShop> {
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'stammgast-shop-'))
  fill(dataDirectory)
  const settings = {
    port: 0,
    origin: 'http://127.0.0.1:4000',
    appUrl,
    apiKey: 'test-key',
    apiSecret: APP_SECRET,
    projectRoot: path.resolve(import.meta.dirname, '../..'),
    dataDirectory,
    pastOrders: 0,
  }
  const context = openContext(settings)
  const app = practiceApp(context)
  let server: ServerType | undefined
  const port = await new Promise<number>((resolve) => {
    server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info) => resolve(info.port))
  })
  context.webhooks.start()
  return {
    context,
    url: `http://127.0.0.1:${port}`,
    domain: context.store.shop.domain,
    close: async () => {
      context.webhooks.stop()
      if (server && 'closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server?.close(resolve))
      context.store.close()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}
