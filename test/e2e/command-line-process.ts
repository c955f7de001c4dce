/** Runs what the parent sends as `npm run stammgast -- …` would, and sends back what that printed. */
import { main } from '../../scripts/cli/main.ts'

process.on('message', async (args: string[]) => {
  let out = ''
  console.log = console.error = (...words: unknown[]) => {
    out += `${words.join(' ')}\n`
  }
  const code = await main(args)
  process.send?.({ code, out })
})
process.on('disconnect', () => process.exit())
