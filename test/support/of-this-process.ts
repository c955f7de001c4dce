/**
 * Of what was started for the processes of a room, this process's: its files run one after the other, and so nothing
 * of it is used by two of them at once. More processes than were foreseen share.
 */
export function ofThisProcess<T>(all: readonly T[]): T {
  const number = Number(process.env.VITEST_POOL_ID ?? 1)
  return all[(number - 1) % all.length] as T
}
