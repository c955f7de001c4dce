import { claimFolder } from '../../scripts/start/practice.ts'

/** Claims the place once it is told to, says how that ended, and lives on: a claim is of a living process. */
process.on('message', async () => {
  const words = await claimFolder(process.argv[2]).then(
    () => 'claimed',
    (error: Error) => error.message,
  )
  process.send?.(words)
})
process.send?.('ready')
