/* global document, fetch, customElements */
// Shows an element in each of its states.
import { show } from './stage.js'

const gallery = document.querySelector('[data-gallery]')
const { gallery: tag, locale, theme, layout, width, other } = gallery.dataset

const response = await fetch('/gallery/states.json')
const states = (await response.json())[tag]
await customElements.whenDefined(tag)
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
gallery.dataset.isComplete = 'yes'
