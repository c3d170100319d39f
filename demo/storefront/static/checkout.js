/* global document, location, window */
// The shop only navigates to the order's page after the element's event, which is no proof of payment: the backend
// marks the order as paid when the signed webhook arrives.
const checkout = document.querySelector('.payment')
const next = checkout.dataset.next

checkout.addEventListener('netgiro-paid', () => location.assign(next))

// The Back button shows an old page from the browser's cache: load the current one.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})
