import 'netgiro-checkout/define'
import { heard, hear, server } from './app.js'

const element = document.createElement('netgiro-checkout')
element.locale = 'en'
element.server = server
element.addEventListener('netgiro-before-start', () => hear('before-start'))
element.addEventListener('netgiro-paid', () => hear('paid'))
const root = document.querySelector('#app')
root.append(element)
window.app = {
  heard,
  setSession: (session) => (element.session = session),
  show: (isShown) => (isShown ? root.append(element) : element.remove()),
}
