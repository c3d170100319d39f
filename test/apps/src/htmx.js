import htmx from 'htmx.org'
import 'netgiro-checkout/define'
import { heard, hear, server } from './app.js'

// Fragments come from the server; events bubble to the page.
document.body.addEventListener('netgiro-before-start', () => hear('before-start'))
document.body.addEventListener('netgiro-paid', () => hear('paid'))
let session = null
const swap = (markup) => htmx.swap('#app', markup, { swapStyle: 'innerHTML' })
const element = () =>
  `<netgiro-checkout server="${server}" locale="en" ${session ? `session="${session}"` : ''}></netgiro-checkout>`
swap(element())
window.app = {
  heard,
  setSession(value) {
    session = value
    swap(element())
  },
  show: (isShown) => swap(isShown ? element() : ''),
}
