import { For, Show } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import { connect, hear, orders, server } from '../app.js'

export function Shop() {
  const [state, setState] = createStore({ orders })
  connect((value) => setState('orders', reconcile(value)))
  return (
    <For each={state.orders}>
      {(order) => (
        <Show when={order.isShown}>
          <netgiro-checkout
            attr:data-order={order.id}
            attr:session={order.session}
            server={server}
            locale="en"
            on:netgiro-before-start={() => hear(order.id, 'before-start')}
            on:netgiro-paid={() => hear(order.id, 'paid')}
          >
            <p>Another way</p>
          </netgiro-checkout>
        </Show>
      )}
    </For>
  )
}
