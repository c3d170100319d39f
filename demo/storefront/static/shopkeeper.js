/* global document, location, fetch, setTimeout */
// Reloads the page when an order changed, and only then.
const shown = Number(document.querySelector('[data-version]').dataset.version)
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function version() {
  try {
    return (await (await fetch('/shopkeeper/changes')).json()).version
  } catch {
    return shown
  }
}

do await pause(1500)
while ((await version()) === shown)
location.reload()
