import { Await, useLoaderData } from '@remix-run/react'
import { Suspense } from 'react'
import { loader } from '../../../app/routes/app.program.publish.tsx'
import { useDraft, useProgram } from '../../../app/ui/program/draft/use-program.ts'
import { EffectCard } from '../../../app/ui/program/publish/effect-card.tsx'

export { loader }

/** What a version means for the members, which the browser draws once the review lives, drawn by the server to be read. */
export default function Effect() {
  const { effect } = useLoaderData<typeof loader>()
  const { live } = useProgram()
  const { document } = useDraft()
  return (
    <Suspense>
      <Await resolve={effect}>
        {(known) => known && live && <EffectCard live={live.document} draft={document} effect={known} />}
      </Await>
    </Suspense>
  )
}
