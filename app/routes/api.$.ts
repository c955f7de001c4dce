/** Addresses that no route for extensions has: they are asked for by programs, which read no page. */
export function loader() {
  return new Response(null, { status: 404 })
}

export const action = loader
