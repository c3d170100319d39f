/* global document, fetch, customElements, scrollTo */
// Shows an element in each of its states.
import { appearing, show } from './stage.js'

const gallery = document.querySelector('[data-gallery]')
const { gallery: tag, locale, theme, layout, width, other } = gallery.dataset

const response = await fetch('/gallery/states.json')
const states = (await response.json())[tag]
await customElements.whenDefined(tag)
if (tag === 'netgiro-checkout') {
  // A number that one element keeps is offered by those that are drawn after it. With the file of the ends here already, each is
  // drawn in its turn.
  const frame = document.createElement('div')
  gallery.append(frame)
  await show(frame, tag, states.paid, { name: 'first', locale, layout, other })
  await appearing(frame.firstElementChild, '[part~=icon]')
  frame.remove()
}
for (const [name, state] of Object.entries(states)) {
  const section = document.createElement('section')
  const heading = document.createElement('h2')
  heading.textContent = name
  const frame = document.createElement('div')
  frame.className = 'state'
  frame.dataset.state = name
  frame.style.width = `${width}px`
  frame.style.colorScheme = theme
  section.append(heading, frame)
  gallery.append(section)
  await show(frame, tag, state, { name, locale, layout, other })
}
// A code that is opened scrolls into view.
scrollTo(0, 0)
gallery.dataset.isComplete = 'yes'
