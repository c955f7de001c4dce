import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { FLOORS } from '../../rooms.ts'
import { TEST_ROOMS, type TestRoom } from '../../test/rooms.ts'

const root = path.resolve(import.meta.dirname, '../..')
const APP = 'app/'

/** Floors of the app and their wings: `app/loyalty`, `app/loyalty/rewards`. */
export const PLACES: string[] = FLOORS.filter(({ room }) => room.startsWith(APP)).flatMap(
  ({ room, wings = [] }) => [room, ...wings.map((wing) => `${room}/${wing}`)],
)

/** @param name of a floor or wing, with `app/` before it or without */
export function placeNamed(name: string): string | undefined {
  return PLACES.find((place) => place === name || place === APP + name)
}

/** The tests of a floor or wing, by the room that runs them: those in its folder, and those that import from it. */
export function testsOf(place: string): Map<TestRoom, string[]> {
  const folder = `test/${place.slice(APP.length)}/`
  const found = new Map<TestRoom, string[]>()
  for (const [room, folders] of Object.entries(TEST_ROOMS)) {
    const files = globSync(
      folders.map((each) => `test/${each}/**/*.test.{ts,tsx}`),
      { cwd: root },
    )
    const its = files.filter((file) => file.startsWith(folder) || importsFrom(file, `${place}/`))
    if (its.length > 0) found.set(room as TestRoom, its.sort())
  }
  return found
}

/** Of what the file itself imports; what its helpers do would be nearly everything. */
function importsFrom(file: string, folder: string): boolean {
  const text = readFileSync(path.join(root, file), 'utf8')
  return [...text.matchAll(/(?:from |import\()'(\.[^']*)'/g)].some(([, imported = '']) =>
    path.posix.join(path.posix.dirname(file), imported).startsWith(folder),
  )
}
