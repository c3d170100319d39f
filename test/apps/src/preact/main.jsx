import { hydrate, render } from 'preact'
import { Shop } from './Shop.jsx'

const root = document.querySelector('#app')
// A page that a server has rendered holds the element already, and hydrates when the test says so.
if (root.firstElementChild) window.app.hydrate = () => hydrate(<Shop />, root)
else render(<Shop />, root)
