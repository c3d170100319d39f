/* global document, location, fetch, setTimeout */
// Shows news without being asked to: a reload when something happened, and only then.
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
