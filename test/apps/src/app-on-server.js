// In the place of app.js where a server renders a page: there is no browser, and nothing happens.
export const { orders, server } = JSON.parse(process.env.PAGE)
export const connect = () => {}
export const hear = () => {}
