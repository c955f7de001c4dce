import { setTimeout as pause } from 'node:timers/promises'
import {
  type FollowedReport,
  type FollowedRun,
  type FollowedScene,
  onFollowedDatabase,
  strike,
} from './followed-scene.ts'

const LONGEST_AWAY_MS = 10_000

/**
 * Connections vanish over and over while deliveries come in: no end hears of it, and the server goes on holding the
 * locks of sessions whose app is out of reach. Every second time nobody answers at the address for some seconds.
 */
export function vanishedConnections(run: FollowedRun): Promise<FollowedReport> {
  return onFollowedDatabase(run, async (scene) => {
    for (let i = 0; i < run.rounds; i++) await vanish(scene, i % 2 === 1)
  })
}

/** @param away nobody answers at the address for a while */
export function vanish(scene: FollowedScene, away: boolean): Promise<void> {
  const { line, random } = scene
  return scene.round(away ? 'nobody answered for a while' : 'connections vanished', async (lines) => {
    const { sending } = await strike(scene, lines, async () => {
      if (away) line.swallowNew()
      line.vanish()
    })
    if (away) {
      await pause(random.below(LONGEST_AWAY_MS))
      scene.lead()
    }
    return { at: performance.now(), sending }
  })
}
