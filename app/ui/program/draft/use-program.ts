import { useRouteLoaderData } from '@remix-run/react'
import { createContext, createElement, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import type { Titles } from '../../../domain/document/words.ts'
import type { ProgramView } from '../../../loyalty/pages/open-program.ts'
import type { ProgramDraft } from '../../../loyalty/program/program-store.ts'

/** Draft and live program, below `routes/app.program` only. */
export function useProgram(): ProgramView {
  const data = useRouteLoaderData<ProgramView>('routes/app.program')
  if (!data) throw new Error('useProgram() is for pages below /app/program')
  return data as unknown as ProgramView
}

/** For pages that are there only when a program has been begun. */
export function useDraft(): ProgramDraft {
  const { draft } = useProgram()
  if (!draft) throw new Error('there is no program yet')
  return draft
}

interface PickedTitles {
  picked: Titles
  remember: (titles: Titles) => void
}

/** Titles of what was picked a moment ago: the server has not been asked for them yet. */
const PickedTitlesContext = createContext<PickedTitles>({ picked: {}, remember: () => {} })

export function PickedTitlesProvider({ children }: { children: ReactNode }) {
  const [picked, setPicked] = useState<Titles>({})
  const value = useMemo(
    () => ({ picked, remember: (titles: Titles) => setPicked((before) => ({ ...before, ...titles })) }),
    [picked],
  )
  return createElement(PickedTitlesContext.Provider, { value }, children)
}

export function useRememberTitles(): (titles: Titles) => void {
  return useContext(PickedTitlesContext).remember
}

/** Titles of products and collections; null until Shopify has answered. */
export function useTitles(): Titles | null {
  const { titles } = useProgram()
  const { picked } = useContext(PickedTitlesContext)
  const [known, setKnown] = useState<Titles | null>(null)
  useEffect(() => {
    let wanted = true
    Promise.resolve(titles).then((found) => wanted && setKnown(found))
    return () => {
      wanted = false
    }
  }, [titles])
  return useMemo(() => (known ? { ...picked, ...known } : null), [known, picked])
}
