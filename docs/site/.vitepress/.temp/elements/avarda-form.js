/* global window, document -- stands for the provider's own form, which the gallery does not load. */
window.AvardaCheckOutClient = {
  init({ divId }) {
    const form = document.createElement('p')
    form.textContent = 'Avarda Checkout'
    form.className = 'hosted-form'
    document.getElementById(divId).append(form)
  },
}
