import { expect, test } from 'vitest'
import { readEnv } from '../../app/env.server.ts'
import { requireDatabaseUrl } from '../../scripts/database-url.ts'
import { APP_SECRET } from '../support/app-secret.ts'

const PROXY = /the driver knows one host: give the address of a proxy that leads to the primary/
const variables = {
  NODE_ENV: 'test' as const,
  SHOPIFY_API_KEY: 'k',
  SHOPIFY_API_SECRET: APP_SECRET,
  SHOPIFY_APP_URL: 'https://a.example',
}

test.each([
  ['two hosts with ports', 'postgresql://u:secret@h1:5432,h2:5432/stammgast'],
  ['two hosts without ports', 'postgresql://u:secret@h1,h2/stammgast'],
  ['a choice among them', 'postgresql://u:secret@h1:5432,h2:5432/db?target_session_attrs=read-write'],
  ['hosts as a parameter', 'postgresql:///db?host=h1,h2&port=5432,5433'],
  ['a choice with one host', 'postgresql://u:secret@h1/db?target_session_attrs=primary'],
  ['balancing', 'postgres://u:secret@h1/db?load_balance_hosts=random'],
])('F4: an address with %s is refused with the way to go, and without its password', (_, address) => {
  for (const read of [
    () => requireDatabaseUrl(address),
    () => readEnv({ ...variables, DATABASE_URL: address }),
  ]) {
    expect(read).toThrow(PROXY)
    expect(read).toThrow('DATABASE_URL')
    expect(read).not.toThrow('secret')
  }
})

test.each([
  'postgresql://user:password@host:5432/stammgast',
  'postgres://user:pass,word@host/stammgast',
  'postgresql://user@[::1]:5432/stammgast?sslmode=require',
  'postgresql://user:password@host:5432/stammgast?options=-c%20work_mem%3D8MB',
])('F4: an address with one host is taken by both: %s', (address) => {
  expect(requireDatabaseUrl(address).href).toBe(new URL(address).href)
  expect(readEnv({ ...variables, DATABASE_URL: address }).DATABASE_URL).toBe(address)
})

test.each([
  [undefined, 'DATABASE_URL is not set; it must be a PostgreSQL address like'],
  ['', 'DATABASE_URL is not set; it must be a PostgreSQL address like'],
  ['mysql://user@host/db', 'DATABASE_URL must be a PostgreSQL address like'],
  ['postgresql://user@host:port/db', 'DATABASE_URL cannot be read; it must be a PostgreSQL address like'],
])('F4: %s is refused by name', (address, words) => {
  expect(() => requireDatabaseUrl(address)).toThrow(words)
})
