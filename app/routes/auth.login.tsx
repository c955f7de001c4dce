import { redirect } from '@remix-run/node'

/** Where the library sends a page whose shop it cannot tell. There is no form: the app is opened in the admin. */
export function loader() {
  return redirect('/')
}
