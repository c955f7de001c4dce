import { setTimeout as pause } from 'node:timers/promises'
import {
  type FollowedReport,
  type FollowedRun,
  type FollowedScene,
  onFollowedDatabase,
  strike,
} from './followed-scene.ts'

/**
 * The primary dies over and over while deliveries come in, its standby takes its place, and the address moves to it.
 * Every second time the whole machine is gone: nobody hears that a connection has ended.
 */
export function failOvers(run: FollowedRun): Promise<FollowedReport> {
  return onFollowedDatabase(run, async (scene) => {
    for (let i = 0; i < run.rounds; i++) {
      if (i > 0) await scene.database.addStandby()
      await failOver(scene, i % 2 === 1)
    }
  })
}

/** @param silently the whole machine goes */
export function failOver(scene: FollowedScene, silently: boolean): Promise<void> {
  const { database, line, random } = scene
  const name = silently ? 'the machine of the primary vanished' : 'the primary was killed'
  return scene.round(name, async (lines) => {
    const { sending } = await strike(scene, lines, async () => {
      if (silently) {
        line.swallowNew()
        line.vanish()
      }
      await database.killPrimary()
    })
    await pause(random.below(1_000))
    await database.promote()
    scene.lead()
    return { at: performance.now(), sending }
  })
}
