import { renderToString } from 'preact-render-to-string'
import { Shop } from './Shop.jsx'

process.stdout.write(renderToString(<Shop />))
