import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { inLocale } from '../../../domain/document/local-text.ts'
import type { Campaign } from '../../../domain/earning/campaigns.ts'
import type { Reward } from '../../../domain/rewards/kinds.ts'
import { innerQuotes } from '../../../domain/text/inner-quotes.ts'
import type { DraftPatch } from '../../../loyalty/program/save-draft.ts'
import { useFormat } from '../../use-format.ts'
import { freeId } from '../describe.ts'
import { useAskedIntent } from './use-asked-intent.tsx'
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
export function useItem<K extends keyof Items>(list: K, id: string, start: Items[K]) {
  const { t } = useTranslation('program')
  const { t: common } = useTranslation()
  const format = useFormat()
  const { document, revision } = useDraft()
  const items = document[list] as Items[K][]
  const isNew = id === 'new'
  // What a new one was copied from may change meanwhile.
  const [first] = useState(start)
  const initial = isNew ? first : start
  const gone = !isNew && !items.some((other) => other.id === id)
  const toPatch = useCallback(
    (item: Items[K]) => {
      const taken = ['new', ...items.map((other) => other.id)]
      const kind = list === 'campaigns' ? 'campaign' : 'reward'
      const named = isNew
        ? { ...item, id: freeId(item.name.en ?? item.name.de ?? '', kind, taken) }
        : { ...item, id }
      return patchOf(
        list,
        isNew || gone ? [...items, named] : items.map((other) => (other.id === id ? named : other)),
      )
    },
    [items, list, id, isNew, gone],
  )
  const goTo = `/app/program/${list}`
  const section = useSection(initial, toPatch, { goTo, gone })
  const title = inLocale(initial.name, format.language)
  const question = useAskedIntent({
    title: t('delete.title', { name: innerQuotes(title) }),
    text: t('delete.text'),
    action: common('action.delete'),
    said: t('deleted'),
    goTo,
    done: section.allowLeaving,
  })
  const others = items.filter((other) => other.id !== id)
  const remove = {
    dialog: question.dialog,
    action: {
      content: common('action.delete'),
      destructive: true,
      onAction: () => question.ask({ intent: 'save', revision, patch: patchOf(list, others) }),
    },
  }
  const index = isNew || gone ? items.length : items.findIndex((other) => other.id === id)
  /** Where the form's errors stand in the document. */
  const path = `${list}.${index}`
  return { section, remove, isNew, gone, title, path }
}

/**
 * What the form of this address is filled from. A deleted item is as it was last: what is typed in its form outlives it.
 * @param blank for a new one that copies none; absent: not there
 */
export function useStart<K extends keyof Items>(list: K, id: string, copyOf: string | null, blank: Items[K]) {
  const items = useDraft().document[list] as Items[K][]
  const found = items.find((item) => item.id === (id === 'new' ? copyOf : id))
  const [known, setKnown] = useState({ id, item: found })
  if (found && (found !== known.item || id !== known.id)) setKnown({ id, item: found })
  if (id === 'new') return found ? { ...found, id: '', name: copyName(found.name) } : blank
  return found ?? (known.id === id ? known.item : undefined)
}

/** "Double stars (2)": the same in every language. */
function copyName(name: Campaign['name']): Campaign['name'] {
  return {
    ...(name.de && { de: `${name.de} (2)` }),
    ...(name.en && { en: `${name.en} (2)` }),
  }
}

function patchOf(list: keyof Items, items: (Campaign | Reward)[]): DraftPatch {
  return list === 'campaigns' ? { campaigns: items as Campaign[] } : { rewards: items as Reward[] }
}
