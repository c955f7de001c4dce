import type { Tx } from '../../db/tx.ts'
import type { CompiledProgram } from '../../domain/program/compiled-program.ts'
import { isReward } from '../../domain/rewards/kinds.ts'
import type { AuditQuery } from '../../ledger/audit.ts'
import { loadPrograms } from '../program/programs.ts'

/** What each field of an explanation looks like, by which surfaces put it into words. */
const WHY = `CASE key
  WHEN 'lines' THEN '^\\s*\\[\\s*([[{]|\\])' WHEN 'orders' THEN '^\\s*\\[' WHEN 'on' THEN '^("[0-9]{4}-[0-9]{2}-[0-9]{2}"|null)$'
  WHEN 'earnedAt' THEN '^([0-9]{1,14}([.][0-9]+)?|null)$' WHEN 'warnedAt' THEN '^([0-9]{1,14}([.][0-9]+)?|null)$'
  WHEN 'idleMonths' THEN '^([0-9]+|null)$' WHEN 'source' THEN '^("|null$)' WHEN 'because' THEN '^("|null$)'
  WHEN 'reason' THEN '^("|null$)' WHEN 'order' THEN '^("|[0-9]|null$)' ELSE '' END`

/** JSON that is not of the kind that everything takes it for; what lies within orders, rewards and programs is read below. */
export const SOUND_RULE: AuditQuery = {
  invariant: 21,
  name: 'what is stored as JSON can be read',
  sql: `SELECT 'posting ' || posting_id || ': its explanation cannot be read' AS what FROM posting
         WHERE CASE json_typeof(why) WHEN 'object' THEN EXISTS (
                      SELECT FROM json_each(why) AS f(key, value) WHERE value::text !~ ${WHY})
                    ELSE json_typeof(why) <> 'null' END
        UNION ALL
        SELECT 'order ' || order_id || ': its steps towards tiers cannot be read' FROM order_state
         WHERE CASE json_typeof(status_steps) WHEN 'array' THEN EXISTS (
                      SELECT FROM json_array_elements(status_steps) AS s(step)
                       WHERE json_typeof(step) <> 'object'
                          OR EXISTS (SELECT FROM unnest(ARRAY['at', 'spend', 'points', 'orders']) AS k(key)
                                      WHERE CASE json_typeof(step) WHEN 'object' THEN json_typeof(step -> key) END
                                            IS DISTINCT FROM 'number'))
                    ELSE true END
        UNION ALL
        SELECT 'what account ' || account_id || ' did: it cannot be read' FROM earning_occasion
         WHERE jsonb_typeof(told) <> 'object'
        UNION ALL
        SELECT 'request ' || request_id || ': what is to be handed on cannot be read' FROM data_request
         WHERE json_typeof(export) <> 'object'
        UNION ALL
        SELECT 'audit ' || audit_id || ': its findings cannot be read' FROM audit_run
         WHERE CASE json_typeof(findings) WHEN 'array' THEN EXISTS (
                      SELECT FROM json_array_elements(findings) AS f(finding)
                       WHERE CASE json_typeof(finding) WHEN 'object' THEN json_typeof(finding -> 'examples') END
                             IS DISTINCT FROM 'array')
                    ELSE json_typeof(findings) <> 'null' END
        UNION ALL
        SELECT 'draft of the program: it cannot be read' FROM program_draft WHERE jsonb_typeof(document) <> 'object'
        UNION ALL
        SELECT 'settings of the shop: they cannot be read' FROM shop
         WHERE CASE jsonb_typeof(settings) WHEN 'object' THEN EXISTS (
                      SELECT FROM jsonb_each(settings) AS s(key, value)
                       WHERE key LIKE '%Asked'
                         AND (value ->> 'at' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' AND value ->> 'after' ~ '^[0-9]+$') IS NOT TRUE)
                    ELSE true END
        UNION ALL
        SELECT 'titles of campaigns: they cannot be read' FROM shop
         WHERE json_typeof(campaign_titles) NOT IN ('object', 'null')`,
}

/** Programs and rewards as their readers read them, in words of the same rule. */
export async function unreadableTerms(tx: Tx): Promise<string[]> {
  const { rows } = await tx.query<{ redemptionId: string; reward: unknown }>(
    // Many redemptions are of the same reward: each text is read once.
    `SELECT min(redemption_id)::text AS "redemptionId", reward::text::json AS reward FROM redemption GROUP BY reward::text`,
  )
  const rewards = rows.flatMap(({ redemptionId, reward }) =>
    isReward(reward) ? [] : [`redemption ${redemptionId}: its reward cannot be read`],
  )
  const shops = await tx.query<{ shopId: number }>('SELECT shop_id AS "shopId" FROM shop')
  const programs = await loadPrograms(
    tx,
    shops.rows.map(({ shopId }) => shopId),
  )
  const versions = [...programs.values()].flatMap((shop) => shop.versions)
  return [...rewards, ...versions.flatMap((one) => unreadable(() => one.program))]
}

function unreadable(read: () => CompiledProgram): string[] {
  try {
    read()
    return []
  } catch (error) {
    return [(error as Error).message]
  }
}
