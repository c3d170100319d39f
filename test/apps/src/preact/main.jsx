import { render } from 'preact'
import { Shop } from './Shop.jsx'

render(<Shop />, document.querySelector('#app'))
