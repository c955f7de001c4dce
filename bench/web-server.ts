import { env } from '../app/env.server.ts'
import { startServer } from '../server.ts'

/** The web process as it runs in production, for benchmarks of what it answers. */
const { port } = await startServer(env())
process.on('message', () => process.send?.({ port, pid: process.pid }))
