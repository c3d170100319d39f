import { StrictMode } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { Shop } from './Shop.jsx'

const root = document.querySelector('#app')
const page = (
  <StrictMode>
    <Shop />
  </StrictMode>
)
// A page that a server has rendered holds the element already, and hydrates when the test says so.
if (root.firstElementChild) window.app.hydrate = () => hydrateRoot(root, page)
else createRoot(root).render(page)
