import type pg from 'pg'
import type { Program } from '../../app/domain/program/program.ts'
import { issueToken } from '../../dev-store/admin-api/access-tokens.ts'
import { declaredScopes } from '../../dev-store/admin-api/install.ts'
import type { PracticeShop } from './practice-shop.ts'
import { publish } from './shop.ts'

/** The app as installed in the practice shop, with access that no clock can end, and a program. @returns the shop's id */
export async function connectShop(
  { context, domain }: PracticeShop,
  owner: pg.Pool,
  program: Program,
): Promise<number> {
  const { store, settings } = context
  const scope = declaredScopes(settings.projectRoot).join(',')
  store.installation = { ...store.installation, installed: true, installedAt: store.time(), scope }
  const { token } = issueToken(store, 'offline', false)
  await owner.query(
    `INSERT INTO "Session" (id, shop, state, "isOnline", scope, "accessToken") VALUES ($1, $2, '', false, $3, $4)`,
    [`offline_${domain}`, domain, scope, token],
  )
  const { rows } = await owner.query(
    `INSERT INTO shop (domain, name, currency, time_zone, taxes_included, locale)
     VALUES ($1, 'Testladen', 'EUR', 'Europe/Berlin', true, 'de') RETURNING shop_id::int AS id`,
    [domain],
  )
  await publish(owner, rows[0].id, 1, program, '2020-01-01T00:00:00Z')
  return rows[0].id
}
