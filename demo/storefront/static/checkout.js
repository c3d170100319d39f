/* global document, location, navigator, setTimeout, window */
// The shop only navigates to the order's page after the element's event, which is no proof of payment: the backend
// marks the order as paid when the signed webhook arrives.
const checkout = document.querySelector('.payment')
const next = checkout.dataset.next

// Long enough to read that it is paid; who has read it follows the link below.
const readingMs = 2_500
checkout.addEventListener('netgiro-paid', () => setTimeout(() => location.assign(next), readingMs))

// Room is kept for Avarda's form until an attempt has ended.
const ends = ['paid', 'declined', 'canceled', 'expired', 'error']
for (const name of ends)
  checkout.addEventListener(`netgiro-${name}`, () => delete checkout.dataset.awaitsForm)

// For developers: the events as they are dispatched.
const list = document.querySelector('[data-events]')
const names = ['before-start', 'status', 'paid', 'declined', 'canceled', 'expired', 'error', 'help']
for (const name of list ? names : []) {
  checkout.addEventListener(`netgiro-${name}`, ({ snapshot, code, stage }) => {
    const item = document.createElement('li')
    item.textContent = [`netgiro-${name}`, stage ?? code ?? snapshot?.status].join(' ')
    list.append(item)
  })
}

const copy = document.querySelector('[data-copy]')
copy?.addEventListener('click', async () => {
  await navigator.clipboard.writeText(document.querySelector('[data-snippet]').textContent)
  copy.textContent = copy.dataset.copied
})
// Undefined on a page that was not loaded by https.
if (copy) copy.hidden = !navigator.clipboard

// The Back button shows an old page from the browser's cache: load the current one.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})
