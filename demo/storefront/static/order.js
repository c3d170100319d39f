/* global document, location, fetch, setTimeout */
// Asks the shop's own backend until its records change, eagerly at first: the webhook usually comes within a second.
const { order, status } = document.querySelector('[data-order]').dataset
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function hasChanged() {
  try {
    const response = await fetch(`/orders/${order}.json`)
    return response.ok && (await response.json()).status !== status
  } catch {
    return false // Offline for a moment; the next question will tell.
  }
}

for (let asked = 0; !(await hasChanged()); asked += 1) await pause(asked < 60 ? 500 : 5000)
location.reload()
