import { createServer } from 'node:http'
import pg from 'pg'

/** What reading one row by its key over HTTP costs with nothing around it: the measure for what shoppers read. */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
const READ = {
  name: 'read',
  text: `SELECT available, pending, held, debt FROM balance WHERE shop_id = $1 AND account_id = $2 AND unit = 'points'`,
}
const server = createServer(async (request, response) => {
  const query = new URLSearchParams(request.url?.split('?')[1])
  const { rows } = await pool.query({ ...READ, values: [query.get('shop'), query.get('account')] })
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(rows[0] ?? null))
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number }
  process.on('message', () => process.send?.({ port, pid: process.pid }))
})
