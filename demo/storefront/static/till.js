/* global document, fetch, setTimeout */
// The till: keys fill a sale, the shop's own backend makes an order of it, and the element takes the payment. Sums and
// states are the backend's; this page only shows them.
const one = (selector) => document.querySelector(selector)
const pos = one('netgiro-pos')
const list = one('[data-lines]')
const [take, clear, booked, number, empty] = ['take', 'clear', 'booked', 'number', 'empty'].map(
  (name) => one(`[data-${name}]`),
)
const lines = new Map()
let sale = null

const post = (path, body = {}) =>
  fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

function show() {
  list.replaceChildren(
    ...[...lines].map(([, { name, quantity }]) => {
      const item = document.createElement('li')
      item.textContent = `${quantity} × ${name}`
      return item
    }),
  )
  empty.hidden = lines.size > 0
  number.textContent = sale ?? ''
  take.disabled = lines.size === 0 || sale !== null
  clear.disabled = lines.size === 0 && sale === null
  for (const key of document.querySelectorAll('[data-product]')) key.disabled = sale !== null
}

/** What is not paid is closed first, so that nobody can pay for a sale that has left the till. */
async function next() {
  if (sale) await post(`/till/sales/${sale}/close`)
  sale = null
  lines.clear()
  pos.session = null
  booked.hidden = true
  show()
}

/** The shop's own records say when the sale is booked; the element's word is for the cashier's eyes. */
async function watch(which) {
  while (sale === which) {
    const answer = await fetch(`/till/sales/${which}`).catch(() => null)
    if (answer?.ok && (await answer.json()).status === 'paid') {
      booked.hidden = sale !== which
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

for (const key of document.querySelectorAll('[data-product]')) {
  key.addEventListener('click', () => {
    const { product, name } = key.dataset
    lines.set(product, { name, quantity: Math.min((lines.get(product)?.quantity ?? 0) + 1, 20) })
    show()
  })
}

take.addEventListener('click', async () => {
  take.disabled = true
  const wish = [...lines].map(([product, { quantity }]) => ({ product, quantity }))
  const answer = await post('/till/sales', { lines: wish })
  if (answer.ok) {
    const opened = await answer.json()
    sale = opened.number
    pos.session = opened.session
    void watch(sale)
    pos.focus()
  }
  show()
})

clear.addEventListener('click', next)
pos.addEventListener('netgiro-next-sale', next)
show()
