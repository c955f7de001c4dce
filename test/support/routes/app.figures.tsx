import { Await, useLoaderData } from '@remix-run/react'
import { Suspense } from 'react'
import { loader } from '../../../app/routes/app._index.tsx'
import { FiguresCards } from '../../../app/ui/home/figures-cards.tsx'

export { loader }

/** The home page's figures, which the browser draws once that page lives, drawn by the server to be read. */
export default function Figures() {
  const { figures, rewards } = useLoaderData<typeof loader>()
  return (
    <Suspense>
      <Await resolve={figures}>{(known) => <FiguresCards figures={known} rewards={rewards} />}</Await>
    </Suspense>
  )
}
