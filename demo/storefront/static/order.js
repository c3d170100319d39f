/* global document, location, fetch, setTimeout */
// Polls the shop's backend until the order changes, faster at first: the webhook usually arrives within a second.
const { order, status } = document.querySelector('[data-order]').dataset
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function hasChanged() {
  try {
    const response = await fetch(`/orders/${order}.json`)
    return response.ok && (await response.json()).status !== status
  } catch {
    return false // Offline; the next poll may succeed.
  }
}

for (let asked = 0; !(await hasChanged()); asked += 1) await pause(asked < 60 ? 500 : 5000)
location.reload()
