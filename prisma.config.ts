import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { defineConfig } from 'prisma/config'
import { requireDatabaseUrl } from './scripts/database-url.ts'
import { runScript } from './scripts/migrations/short-tries.ts'

/**
 * Prisma's schema engine over the `pg` driver ("js" engine): the native engines are downloads of their own and are
 * not wanted on a machine that only has npm. Three mends make the engine work over this driver.
 */

/** Mend 1: the engine cannot read these catalog types ("char", name and their arrays); they travel as text. */
const AS_TEXT: Record<number, number> = { 18: 25, 19: 25, 1003: 1009, 1002: 1009 }

class CatalogClient extends pg.Client {
  constructor(config: pg.ClientConfig) {
    super(config)
    const { connection } = this as unknown as { connection: NodeJS.EventEmitter }
    connection.prependListener('rowDescription', (message: { fields: { dataTypeID: number }[] }) => {
      for (const field of message.fields) field.dataTypeID = AS_TEXT[field.dataTypeID] ?? field.dataTypeID
    })
  }
}

/** Mend 2: discrete fields, because a connection string would win over the shadow database's name. */
function connectionFields(url: URL) {
  return {
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: url.pathname.slice(1),
    Client: CatalogClient,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: 'stammgast_migrate',
    allowExitOnIdle: true,
    idleTimeoutMillis: 200,
  }
}

type Adapter = { executeScript(script: string): Promise<void>; client: pg.Pool }
type Connect = () => Promise<Adapter>

/**
 * Mend 3: the adapter splits scripts at every ";" and so breaks function bodies; send the script whole. And of what
 * the database says when it refuses one, the engine keeps nothing.
 */
function wholeScripts(connect: Connect): Connect {
  return async () => {
    const adapter = await connect()
    adapter.executeScript = async (script) => {
      try {
        await runScript(adapter.client, script, (words) => process.send?.(words))
      } catch (error) {
        console.error(`The database refuses the script: ${(error as Error).message}`)
        throw error
      }
    }
    return adapter
  }
}

// Whoever began it is gone, and with it the lock that keeps a second run away.
process.once('disconnect', () => process.exit(1))
process.channel?.unref()

export default defineConfig({
  experimental: { adapter: true },
  engine: 'js',
  adapter: async () => {
    const factory = new PrismaPg(connectionFields(requireDatabaseUrl()) as unknown as pg.PoolConfig)
    const open = factory as unknown as { connect: Connect; connectToShadowDb: Connect }
    open.connect = wholeScripts(open.connect.bind(factory))
    open.connectToShadowDb = wholeScripts(open.connectToShadowDb.bind(factory))
    return factory
  },
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
})
