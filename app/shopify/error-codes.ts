interface GraphqlError {
  body?: { errors?: { graphQLErrors?: { extensions?: { code?: string } }[] } }
}

/** What Shopify calls the errors of an answer because of which its library threw, "THROTTLED"; "" where it says nothing. */
export function errorCodes(error: unknown): string[] {
  const { body } = (error ?? {}) as GraphqlError
  return (body?.errors?.graphQLErrors ?? []).map(({ extensions }) => extensions?.code ?? '')
}
