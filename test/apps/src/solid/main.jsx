import { render } from 'solid-js/web'
import { Shop } from './Shop.jsx'

render(() => <Shop />, document.querySelector('#app'))
