/**
 * A GraphQL document as the text that is sent, typed by its result and its variables.
 * The types come from Shopify's official schema (`node codegen.ts`); at run time it is a plain string.
 */
export type GraphqlDocument<Result, Variables> = string & {
  readonly __result?: Result
  readonly __variables?: Variables
}

export type ResultOf<Document> = Document extends GraphqlDocument<infer Result, infer _> ? Result : never

/** Marks a text as a document. `npm run check:shopify` sees that text and types belong together. */
export function graphql<Result, Variables>(source: string): GraphqlDocument<Result, Variables> {
  return source
}
