/* global document, location, setTimeout */
/* Leaves the waiting page once the element reports a payment; the server asks again before it shows a receipt. */
;(function () {
  for (const element of document.querySelectorAll('netgiro-checkout[data-return]')) {
    const leave = () =>
      setTimeout(() => location.assign(element.dataset.return), Number(element.dataset.delay))
    element.addEventListener('netgiro-paid', leave)
    // The event may have come before this script.
    if (element.outcome === 'paid') leave()
  }
})()
