import { STEPS, type Step } from './steps.ts'
import { PLACES, placeNamed, testsOf } from './wings.ts'

/** What `--only` was given names nothing, or nothing that could be run. */
export class NothingToRun extends Error {
  override name = 'NothingToRun'
}

/**
 * The steps of these names, with all that they need, in order.
 * @param names checks, rooms of tests, floors and wings of the app; of these the tests alone. All steps when empty
 * @throws NothingToRun
 */
export function chooseSteps(names: readonly string[]): Step[] {
  if (names.length === 0) return STEPS
  const whole = new Set(names.filter(isStep))
  const files = filesOf(names.filter((name) => !isStep(name)))
  const chosen = new Set([...whole, ...files.keys()])
  for (const step of STEPS.toReversed())
    if (chosen.has(step.name)) for (const need of step.needs ?? []) chosen.add(need)
  return STEPS.filter(({ name }) => chosen.has(name)).map((step) =>
    whole.has(step.name) ? step : withFiles(step, files.get(step.name)),
  )
}

const isStep = (name: string): boolean => STEPS.some((step) => step.name === name)

/** Test files of floors and wings, by the step that runs them. */
function filesOf(names: readonly string[]): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>()
  for (const name of names) {
    const place = placeNamed(name)
    if (place === undefined) throw new NothingToRun(`There is no check, room, floor or wing "${name}".`)
    const found = testsOf(place)
    if (found.size === 0) throw new NothingToRun(`No test lies in or imports from ${place}.`)
    for (const [room, files] of found) all.set(room, new Set([...(all.get(room) ?? []), ...files]))
  }
  return all
}

const withFiles = (step: Step, files: ReadonlySet<string> = new Set()): Step => ({
  ...step,
  command: [...step.command, ...files],
})

/** What `--only` takes, for people. */
export function chooseable(): string {
  const checks = STEPS.map(({ name, about }) => `  ${name.padEnd(15)} ${about}`)
  const places = PLACES.map((place) => {
    const short = place.slice('app/'.length)
    return isStep(short) ? place : short
  })
  return `${checks.join('\n')}\n\nand the tests of a floor or wing of the app:\n${inLines(places)}`
}

const WIDTH = 100

function inLines(words: readonly string[]): string {
  const lines = ['']
  for (const word of words) {
    const longer = `${lines.at(-1)}  ${word}`
    if (longer.length <= WIDTH) lines[lines.length - 1] = longer
    else lines.push(`  ${word}`)
  }
  return lines.join('\n')
}
