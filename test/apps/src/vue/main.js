import { createApp, createSSRApp } from 'vue'
import Shop from './Shop.vue'

const root = document.querySelector('#app')
// A page that a server has rendered holds the element already, and hydrates when the test says so.
if (root.firstElementChild) window.app.hydrate = () => createSSRApp(Shop).mount(root)
else createApp(Shop).mount(root)
