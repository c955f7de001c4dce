/**
 * Fetches the scripts of all admin pages while nobody waits for them. Remix loads the document anew when a page's
 * script cannot be fetched, which without the network leaves nothing but an empty frame.
 */
export function fetchPagesAhead(): void {
  const { routes } = window.__remixManifest
  const pages = Object.values(routes).filter(({ id }) => id.startsWith('routes/app'))
  const scripts = new Set(pages.flatMap(({ module, imports = [] }) => [module, ...imports]))
  for (const href of scripts) {
    const link = document.createElement('link')
    Object.assign(link, { rel: 'modulepreload', href })
    document.head.append(link)
  }
}
