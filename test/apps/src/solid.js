import { createSignal } from 'solid-js'
import html from 'solid-js/html'
import { render } from 'solid-js/web'
import 'netgiro-checkout/define'
import { heard, hear, server } from './app.js'

function Shop() {
  const [session, setSession] = createSignal(null)
  const [isShown, show] = createSignal(true)
  window.app = { heard, setSession, show }
  const element = () =>
    html`<netgiro-checkout
      attr:session=${session}
      server=${server}
      locale="en"
      on:netgiro-before-start=${() => hear('before-start')}
      on:netgiro-paid=${() => hear('paid')}
    ></netgiro-checkout>`
  return () => (isShown() ? element() : null)
}

render(Shop, document.querySelector('#app'))
