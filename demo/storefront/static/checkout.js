/* global document, location, window */
// All that the shop does with the element's events: go to the order's page. What is paid is written there by the
// shop's own backend when the signed webhook has come; an event is never proof of payment.
const checkout = document.querySelector('.payment')
const next = checkout.dataset.next

checkout.addEventListener('netgiro-paid', () => location.assign(next))

// Coming back with the Back button shows an old page out of the browser's memory; ask the shop how things stand.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})
