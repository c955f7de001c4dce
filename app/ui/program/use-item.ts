import { useCallback } from 'react'
import { type Campaign, inLocale, type Reward } from '../../domain/program.ts'
import type { DraftPatch } from '../../loyalty/save-draft.ts'
import { useFormat } from '../use-format.ts'
import { useDeleteItem } from './delete-item.tsx'
import { freeId } from './describe.ts'
import { useDraft } from './use-program.ts'
import { useSection } from './use-section.ts'

/** What the draft has a list of, each on a page of its own. */
interface Items {
  campaigns: Campaign
  rewards: Reward
}

/**
 * One campaign or reward of the draft in a form of its own: saved in its place, or as a new one at the end under a free
 * id, and deleted.
 * @param id "new" for one that is not there yet
 */
export function useItem<K extends keyof Items>(list: K, id: string, initial: Items[K]) {
  const format = useFormat()
  const items = useDraft().document[list] as Items[K][]
  const isNew = id === 'new'
  const toPatch = useCallback(
    (item: Items[K]) => {
      const taken = ['new', ...items.map((other) => other.id)]
      const kind = list === 'campaigns' ? 'campaign' : 'reward'
      const named = isNew
        ? { ...item, id: freeId(item.name.en ?? item.name.de ?? '', kind, taken) }
        : { ...item, id }
      return patchOf(
        list,
        isNew ? [...items, named] : items.map((other) => (other.id === id ? named : other)),
      )
    },
    [items, list, id, isNew],
  )
  const goTo = `/app/program/${list}`
  const section = useSection(initial, toPatch, { goTo, startDirty: isNew })
  const title = inLocale(initial.name, format.language)
  const remove = useDeleteItem(
    title,
    patchOf(
      list,
      items.filter((other) => other.id !== id),
    ),
    goTo,
  )
  const index = isNew ? items.length : items.findIndex((other) => other.id === id)
  /** Where the form's errors stand in the document. */
  const path = `${list}.${index}`
  return { section, remove, isNew, title, path }
}

function patchOf(list: keyof Items, items: (Campaign | Reward)[]): DraftPatch {
  return list === 'campaigns' ? { campaigns: items as Campaign[] } : { rewards: items as Reward[] }
}
