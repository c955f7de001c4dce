import type { GraphqlDocument } from './graphql/document.ts'

/** `admin.graphql` of Shopify's library: it signs in, retries when throttled and throws on GraphQL errors. */
// biome-ignore lint/suspicious/noExplicitAny: the library types its argument by the whole API; our documents carry their own types
export type AdminGraphql = (document: any, options?: { variables?: any }) => Promise<Response>

/**
 * Sends one of our documents and returns its data.
 * @throws what the library throws: GraphqlQueryError, HttpResponseError, a Response that asks to sign in again
 */
export async function askAdmin<Result, Variables>(
  graphql: AdminGraphql,
  document: GraphqlDocument<Result, Variables>,
  variables?: Variables,
): Promise<Result> {
  const response = await graphql(`${document}`, { variables })
  const { data } = (await response.json()) as { data: Result }
  return data
}
