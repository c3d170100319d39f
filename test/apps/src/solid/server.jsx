import { generateHydrationScript, renderToString } from 'solid-js/web'
import { Shop } from './Shop.jsx'

process.stdout.write(generateHydrationScript() + renderToString(() => <Shop />))
