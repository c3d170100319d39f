import { renderToString } from 'react-dom/server'
import { Shop } from './Shop.jsx'

process.stdout.write(renderToString(<Shop />))
