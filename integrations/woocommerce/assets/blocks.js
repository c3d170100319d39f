/* global window */
/* The payment method in the block checkout: a title and a sentence; the payment itself happens on the next page. */
;(function () {
  const { registerPaymentMethod } = window.wc.wcBlocksRegistry
  const { decodeEntities } = window.wp.htmlEntities
  const { createElement } = window.wp.element
  const data = window.wc.wcSettings.getPaymentMethodData('netgiro_checkout', {})
  const title = decodeEntities(data.title || 'Netgíró')
  const content = createElement('p', null, decodeEntities(data.description || ''))
  registerPaymentMethod({
    name: 'netgiro_checkout',
    label: title,
    ariaLabel: title,
    content,
    edit: content,
    canMakePayment: () => true,
    supports: { features: data.supports },
  })
})()
