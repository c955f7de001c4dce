import type { LoaderFunctionArgs } from '@remix-run/node'
import { Outlet, type ShouldRevalidateFunction, useLoaderData } from '@remix-run/react'
import { adminRequest } from '../admin-request.server.ts'
import { withShop } from '../db.server.ts'
import { sameDocument } from '../domain/program-changes.ts'
import { titlesFor } from '../loyalty/campaign-titles.ts'
import { programVersions } from '../loyalty/program-store.ts'
import { workingDraft } from '../loyalty/save-draft.ts'
import { StartPage } from '../ui/program/start-page.tsx'
import { PickedTitlesProvider, type ProgramData } from '../ui/program/use-program.ts'

/** The draft and the live program, for all pages of the program. Titles come later: Shopify is asked for them. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, graphql } = await adminRequest(request)
  const { draft, live } = await withShop(shop.shopId, async (tx) => ({
    draft: await workingDraft(tx, shop.shopId),
    live: (await programVersions(tx, shop.shopId))[0] ?? null,
  }))
  return {
    draft,
    live,
    changed: draft !== null && (live === null || !sameDocument(draft.document, live.document)),
    now: Date.now(),
    titles: titlesFor(
      graphql,
      [draft, live].flatMap((version) => (version ? [version.document] : [])),
    ),
  } satisfies ProgramData
}

export const shouldRevalidate: ShouldRevalidateFunction = ({ defaultShouldRevalidate }) =>
  defaultShouldRevalidate

export default function ProgramPages() {
  const { draft } = useLoaderData<typeof loader>()
  return <PickedTitlesProvider>{draft ? <Outlet /> : <StartPage />}</PickedTitlesProvider>
}
