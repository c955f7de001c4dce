/**
 * Shopify runs each extension in a worker with a document of its own; here each runs in the page, with its mount point
 * as `document.body` and nothing else of the page within reach.
 */

/** The parameters are named shopify, document, globalThis, self, window and fetch: see `asHostModule`. */
type Start = (
  shopify: object,
  ownDocument: object,
  ownGlobals: object,
  ownSelf: object,
  ownWindow: object,
  ownFetch: typeof fetch,
) => () => unknown

/** What an extension's renderer needs of a document. */
const DOCUMENT_METHODS = [
  'createElement',
  'createElementNS',
  'createTextNode',
  'createComment',
  'createDocumentFragment',
  'addEventListener',
  'removeEventListener',
] as const

function documentOf(body: HTMLElement): object {
  const methods = DOCUMENT_METHODS.map((name) => [name, document[name].bind(document)] as const)
  return Object.freeze({ ...Object.fromEntries(methods), body })
}

function globalsOf(own: Record<string, unknown>): object {
  return new Proxy(own, {
    get: (target, key) => (key in target ? target[key as string] : Reflect.get(globalThis, key)),
  })
}

/** Starts the script of one target in `body`. */
export async function runExtension(
  scriptUrl: string,
  body: HTMLElement,
  shopify: object,
  ownFetch: typeof fetch,
): Promise<void> {
  const ownDocument = documentOf(body)
  const globals = globalsOf({ shopify, document: ownDocument, fetch: ownFetch })
  const { default: start } = (await import(scriptUrl)) as { default: Start }
  await start(shopify, ownDocument, globals, globals, globals, ownFetch)()
}
