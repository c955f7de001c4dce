import type { AdminGraphql } from './ask-admin.ts'

/** The Admin API of a shop, by one access token. */
export interface Access {
  graphql: AdminGraphql
  token: string | undefined
}

/**
 * Shopify may refuse an access token before its time is up. The question is then asked again by another one, once:
 * what is refused then, too, is out of reach, and who asks must not go on for ever. Later questions begin with the
 * newer token.
 * @param isRefusal whether an error says that the token was refused
 * @param renew called with the access that was refused; several questions may be refused at the same time
 */
export function renewedOnce(
  first: Access,
  isRefusal: (error: unknown) => boolean,
  renew: (refused: Access, error: unknown) => Promise<Access>,
): AdminGraphql {
  let access = first
  return async (document, options) => {
    const used = access
    try {
      return await used.graphql(document, options)
    } catch (error) {
      if (!isRefusal(error)) throw error
      const next = await renew(used, error)
      access = next
      return next.graphql(document, options)
    }
  }
}
