import htmx from 'htmx.org'
import { connect, hear, orders, server } from '../app.js'

// Fragments come from the server; events bubble to the page.
for (const name of ['before-start', 'paid'])
  document.body.addEventListener(`netgiro-${name}`, ({ target }) =>
    hear(target.dataset.order, name),
  )

const fragment = ({ id, session }) =>
  `<netgiro-checkout data-order="${id}" server="${server}" locale="en" ${session ? `session="${session}"` : ''}>
    <p>Another way</p>
  </netgiro-checkout>`
const show = (orders) => {
  const shown = orders.filter(({ isShown }) => isShown)
  htmx.swap('#app', shown.map(fragment).join(''), { swapStyle: 'innerHTML' })
}
connect(show)
show(orders)
