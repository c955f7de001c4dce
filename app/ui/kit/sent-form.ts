/**
 * What a form sent and has heard no answer to, kept for the tab: after a reload it goes out with the same key, and is
 * booked once. Where the browser keeps nothing for a frame, the page's own memory has to do.
 */
export interface SentForm<Form> {
  read(): Form | null
  keep(form: Form): void
  forget(): void
}

/**
 * @param of whose form it is: a tab may see several shops, and many members
 * @param isForm what an older release kept may have another shape
 */
export function sentForm<Form>(
  of: readonly string[],
  isForm: (value: unknown) => value is Form,
): SentForm<Form> {
  const name = ['stammgast', ...of].join(':')
  const inStorage = <T>(deed: (storage: Storage) => T): T | null => {
    try {
      return deed(sessionStorage)
    } catch {
      return null
    }
  }
  return {
    read: () =>
      inStorage((storage) => {
        const kept: unknown = JSON.parse(storage.getItem(name) ?? 'null')
        return isForm(kept) ? kept : null
      }),
    keep: (form) => inStorage((storage) => storage.setItem(name, JSON.stringify(form))),
    forget: () => inStorage((storage) => storage.removeItem(name)),
  }
}
