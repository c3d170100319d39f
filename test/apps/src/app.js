/** The BFF, which the test passes in the page's URL. */
export const server = new URL(location.href).searchParams.get('server')

/** How often the app heard of each event. */
export const heard = {}

export function hear(name) {
  heard[name] = (heard[name] ?? 0) + 1
}
