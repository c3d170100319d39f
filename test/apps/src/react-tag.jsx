import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import 'netgiro-checkout/define'
import { heard, hear, server } from './app.js'

/** The tag itself, whose events React 19 knows. */
function Shop() {
  const [session, setSession] = useState(null)
  const [isShown, show] = useState(true)
  window.app = { heard, setSession, show }
  return isShown ? (
    <netgiro-checkout
      session={session}
      server={server}
      locale="en"
      onnetgiro-before-start={() => hear('before-start')}
      onnetgiro-paid={() => hear('paid')}
    />
  ) : null
}

createRoot(document.querySelector('#app')).render(
  <StrictMode>
    <Shop />
  </StrictMode>,
)
