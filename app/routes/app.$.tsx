/** Addresses below /app that no page has: said inside the admin, beside the navigation. */
export function loader() {
  throw new Response(null, { status: 404 })
}

export default function Nowhere() {
  return null
}
