/** Addresses that no page has. Without this the router would tell the log about each. */
export function loader() {
  throw new Response(null, { status: 404 })
}

export default function Nowhere() {
  return null
}
