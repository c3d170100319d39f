import { connect, hear, orders, server } from '../app.js'

const root = document.querySelector('#app')
const elements = new Map()

function elementOf(id) {
  const element = document.createElement('netgiro-checkout')
  elements.set(id, element)
  element.dataset.order = id
  element.innerHTML = '<p>Another way</p>'
  element.locale = 'en'
  element.server = server
  element.addEventListener('netgiro-before-start', () => hear(id, 'before-start'))
  element.addEventListener('netgiro-paid', () => hear(id, 'paid'))
  return element
}

function show(orders) {
  for (const { id, session, isShown } of orders) {
    const element = elements.get(id) ?? elementOf(id)
    element.session = session
    if (isShown) root.append(element)
    else element.remove()
  }
}

connect(show)
show(orders)
