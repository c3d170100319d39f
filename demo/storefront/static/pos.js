/* global document, fetch, sessionStorage, setTimeout */
// The point of sale: keys add to a sale, the shop's backend creates an order from it, and the element takes the payment.
// Sums and statuses are the backend's; this page only shows them.
const one = (selector) => document.querySelector(selector)
const pos = one('netgiro-pos')
const list = one('[data-lines]')
const names = ['take', 'clear', 'booked', 'kept', 'number', 'empty']
const [take, clear, booked, kept, number, empty] = names.map((name) => one(`[data-${name}]`))
const lines = new Map()
let sale = null
let session = null

const post = (path, body = {}) =>
  fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** A till that is loaded again goes on with its sale: the customer may be about to approve it. */
function keep() {
  if (sale) sessionStorage.setItem('sale', JSON.stringify({ sale, session, lines: [...lines] }))
  else sessionStorage.removeItem('sale')
}

function begin() {
  pos.session = session
  void watch(sale)
  pos.focus()
}

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

/**
 * An unpaid sale is closed first, so that it cannot be paid later. One that was paid anyway, or may still be, stays until the
 * cashier has seen it.
 */
async function next({ snapshot = pos.snapshot }) {
  if (sale && booked.hidden) {
    clear.disabled = true
    const status = await close(sale)
    clear.disabled = false
    const isSeen = /^(paid|review)$/.test(status) && snapshot?.status === status
    kept.hidden = isSeen || /^(canceled|expired|closed)$/.test(status)
    if (!kept.hidden) {
      pos.session = session
      return
    }
  }
  sale = null
  lines.clear()
  pos.session = null
  booked.hidden = kept.hidden = true
  keep()
  show()
}

async function close(which) {
  const response = await post(`/pos/sales/${which}/close`).catch(() => null)
  return response?.ok ? (await response.json()).status : 'unknown'
}

/** The shop's backend decides when the sale is booked; the element only informs the cashier. */
async function watch(which) {
  while (sale === which) {
    const response = await fetch(`/pos/sales/${which}`).catch(() => null)
    if (response?.ok && (await response.json()).status === 'paid') {
      booked.hidden = sale !== which
      kept.hidden = true
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
  const request = [...lines].map(([product, { quantity }]) => ({ product, quantity }))
  const response = await post('/pos/sales', { lines: request }).catch(() => null)
  if (response?.ok) {
    const opened = await response.json()
    sale = opened.number
    session = opened.session
    keep()
    begin()
  }
  show()
})

clear.addEventListener('click', next)
pos.addEventListener('netgiro-next-sale', next)

const former = JSON.parse(sessionStorage.getItem('sale'))
// The demo's shop forgets its sales when it is restarted.
const answer = former && (await fetch(`/pos/sales/${former.sale}`).catch(() => null))
if (former && sale === null && answer?.status !== 404) {
  sale = former.sale
  session = former.session
  for (const [product, line] of former.lines) lines.set(product, line)
  begin()
}
show()
