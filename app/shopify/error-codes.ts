interface GraphqlError {
  body?: { errors?: { graphQLErrors?: { extensions?: { code?: string } }[] } }
}

/** Whether Shopify's library threw because of an answer with this code: "THROTTLED", "ACCESS_DENIED". */
export function hasErrorCode(error: unknown, code: string): boolean {
  const { body } = (error ?? {}) as GraphqlError
  return body?.errors?.graphQLErrors?.some(({ extensions }) => extensions?.code === code) ?? false
}
