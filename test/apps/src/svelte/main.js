import { hydrate, mount } from 'svelte'
import Shop from './Shop.svelte'

const target = document.querySelector('#app')
// A page that a server has rendered holds the element already, and hydrates when the test says so.
if (target.firstElementChild) window.app.hydrate = () => hydrate(Shop, { target })
else mount(Shop, { target })
