import { StrictMode, useState } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { NetgiroCheckout } from 'netgiro-checkout/react'
import { heard, hear, server } from './app.js'

const initial = new URL(location.href).searchParams.get('session')

function Shop() {
  const [session, setSession] = useState(initial)
  const [isShown, show] = useState(true)
  window.app = { heard, setSession, show }
  return isShown ? (
    <NetgiroCheckout
      className="payment"
      session={session}
      server={server}
      locale="en"
      onBeforeStart={() => hear('before-start')}
      onPaid={() => hear('paid')}
    >
      <p>Another way</p>
    </NetgiroCheckout>
  ) : null
}

const root = document.querySelector('#app')
const page = (
  <StrictMode>
    <Shop />
  </StrictMode>
)
// A page that a server has rendered holds the element already, and hydrates when the test says so.
if (root.firstElementChild) window.hydrate = () => hydrateRoot(root, page)
else createRoot(root).render(page)
