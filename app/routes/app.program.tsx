import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from '@remix-run/node'
import { Outlet, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { withShop } from '../db/db.server.ts'
import { sameDocument } from '../domain/document/same-document.ts'
import { SECTIONS } from '../domain/program/program.ts'
import { isDomainError } from '../domain/text/errors.ts'
import { titlesFor } from '../loyalty/program/campaign-titles.ts'
import { programVersions } from '../loyalty/program/program-store.ts'
import {
  type DraftPatch,
  discardDraft,
  restoreVersion,
  saveDraft,
  startDraft,
  workingDraft,
} from '../loyalty/program/save-draft.ts'
import { shopLanguages } from '../loyalty/program/shop-languages.ts'
import { adminRequest, sentJson } from '../requests/admin-request.server.ts'
import { rowRevision, rowVersion } from '../requests/row-numbers.ts'
import { keepForm, unlessLost } from '../ui/kit/lost-answer.ts'
import type { DraftAnswer } from '../ui/program/draft/draft-answer.ts'
import { StartPage } from '../ui/program/draft/start-page.tsx'
import { PickedTitlesProvider, type ProgramData } from '../ui/program/draft/use-program.ts'

/** The draft and the live program, for all pages of the program. Titles come later: Shopify is asked for many. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, graphql } = await adminRequest(request)
  const [{ draft, live }, languages] = await Promise.all([
    withShop(shop.shopId, async (tx) => ({
      draft: await workingDraft(tx, shop.shopId),
      live: (await programVersions(tx, shop.shopId))[0] ?? null,
    })),
    shopLanguages(shop.shopId, graphql),
  ])
  return {
    draft,
    live,
    changed: draft !== null && (live === null || !sameDocument(draft.document, live.document)),
    now: Date.now(),
    titles: titlesFor(
      graphql,
      [draft, live].flatMap((version) => (version ? [version.document] : [])),
    ),
    languages,
  } satisfies ProgramData
}

const part = z.unknown().optional()

/** Every change of the draft. The parts of a patch are checked with the whole document. */
const change = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.literal('start') }),
  z.strictObject({
    intent: z.literal('save'),
    revision: rowRevision,
    patch: z.strictObject(Object.fromEntries(SECTIONS.map(({ key }) => [key, part]))),
  }),
  z.strictObject({ intent: z.literal('restore'), revision: rowRevision, version: rowVersion }),
  z.strictObject({ intent: z.literal('discard'), revision: rowRevision }),
])

/** A hundred campaigns, each of a hundred tags. */
const LONGEST_CHANGE = 4 * 2 ** 20

/** Of the layout and not of a route of its own: what saves a page is loaded with it, and there without the network. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop, actor } = await adminRequest(request)
  const wanted = await sentJson(request, change, LONGEST_CHANGE)
  try {
    const answer = await withShop(shop.shopId, async (tx): Promise<DraftAnswer> => {
      switch (wanted.intent) {
        case 'start':
          return { ok: true, revision: await startDraft(tx, shop, actor) }
        case 'save':
          return saveDraft(tx, shop, { ...wanted, patch: wanted.patch as DraftPatch, actor })
        case 'restore':
          return { ok: true, revision: await restoreVersion(tx, shop.shopId, { ...wanted, actor }) }
        case 'discard':
          return { ok: true, revision: await discardDraft(tx, shop.shopId, { ...wanted, actor }) }
      }
    })
    // With an error status the page keeps what was typed.
    return answer.ok ? answer : data(answer, 422)
  } catch (error) {
    if (!isDomainError(error, 'stale-draft', 'program-missing')) throw error
    return data({ ok: false, refused: error.code } satisfies DraftAnswer, 409)
  }
}

export const clientAction = keepForm

export const shouldRevalidate = unlessLost

export default function ProgramPages() {
  const { draft } = useLoaderData<typeof loader>()
  return <PickedTitlesProvider>{draft ? <Outlet /> : <StartPage />}</PickedTitlesProvider>
}
