const query = new URL(location.href).searchParams

/** The BFF, which the test passes in the page's URL. */
export const server = query.get('server')

/** What is on the page. A component that takes another's place begins with it, as with the state of a shop. */
export let orders = [{ id: 'one', session: query.get('session'), isShown: true }]

const app = (window.app = { heard: {}, show: null })

/** Gives the test the function that puts orders on the page. */
export function connect(show) {
  app.show = (value) => {
    orders = value
    show(value)
  }
}

/** Counts an event of an order. */
export function hear(id, name) {
  const heard = `${id} ${name}`
  app.heard[heard] = (app.heard[heard] ?? 0) + 1
}

/** Registers the tag, now or when the test says so: a script may well be later than the app. */
export const register = () => import('netgiro-checkout/define')
if (query.has('late')) app.register = register
else await register()
