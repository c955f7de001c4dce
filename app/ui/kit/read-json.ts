/** What a route without a page answers to a fetch, which App Bridge gives the session token; null when it does not. */
export async function readJson<Answer>(address: string): Promise<Answer | null> {
  const answer = await fetch(address).catch(() => null)
  return answer?.ok ? ((await answer.json()) as Answer) : null
}
