/** What a route without a page answers to a fetch, which App Bridge gives the session token; null when it does not. */
export async function readJson<Answer>(address: string): Promise<Answer | null> {
  try {
    const answer = await fetch(address)
    return answer.ok ? ((await answer.json()) as Answer) : null
  } catch {
    // The network is gone, or what came is no JSON: something in between has answered.
    return null
  }
}
