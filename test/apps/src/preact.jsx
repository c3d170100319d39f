import { render } from 'preact'
import { useState } from 'preact/hooks'
import 'netgiro-checkout/define'
import { heard, hear, server } from './app.js'

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

render(<Shop />, document.querySelector('#app'))
