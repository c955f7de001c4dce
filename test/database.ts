import type pg from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'
import { closePools } from '../app/db/db.server.ts'
import { TEMPLATE } from './global-database.ts'
import { APP_SECRET } from './support/app-secret.ts'
import { type ClonedDatabase, cloneDatabase } from './support/databases.ts'
import { ofThisProcess } from './support/of-this-process.ts'

/** PostgreSQL's own: a database with nothing in it. */
export const NOTHING = 'template0'

/** A further database, migrated and empty; whoever asks drops it. */
export const cloneTemplate = (): Promise<ClonedDatabase> => cloneDatabase(ownServer(), TEMPLATE)

const ownServer = (): string => ofThisProcess(inject('postgresUrls'))

/** Gives the test file a database of its own, cloned from the template, and points DATABASE_URL at it. */
export function useDatabase(template = TEMPLATE): { url: () => string; owner: () => pg.Pool } {
  let database: ClonedDatabase

  beforeAll(async () => {
    database = await cloneDatabase(ownServer(), template)
    setTestEnvironment(database.url)
  })

  afterAll(async () => {
    await closePools()
    await database?.drop()
  })

  return { url: () => database.url, owner: () => database.owner }
}

function setTestEnvironment(databaseUrl: string) {
  Object.assign(process.env, {
    NODE_ENV: 'test',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
    DATABASE_URL: databaseUrl,
    SHOPIFY_API_KEY: 'test-key',
    SHOPIFY_API_SECRET: APP_SECRET,
    SHOPIFY_APP_URL: 'http://127.0.0.1:3000',
  })
}
