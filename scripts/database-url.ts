import { readDatabaseUrl } from '../app/db/address.ts'

/** @throws Error naming the variable when DATABASE_URL is missing or no address that the app can use. */
export const requireDatabaseUrl = (value = process.env.DATABASE_URL): URL => readDatabaseUrl(value)
