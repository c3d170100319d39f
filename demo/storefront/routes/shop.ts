import { Hono } from 'hono'
import { catalogue } from '../catalogue.ts'
import type { Shop } from '../shop.ts'
import { otherWaysPage } from '../views/other-ways.ts'
import { productsPage } from '../views/products.ts'
import { rememberLanguage } from '../visitor.ts'
import { fields } from './form.ts'
import { frameOf } from './frame.ts'

/** Only paths of this shop, so that the language switch is no open redirect. */
const localPath = (path: string): string => (/^\/(?![/\\])[\w/.-]*$/.test(path) ? path : '/')

export function shopRoutes(shop: Shop): Hono {
  const routes = new Hono()

  routes.get('/', async (c) => c.html(await productsPage(frameOf(c, shop), catalogue, shop.stock)))

  routes.get('/other-ways-to-pay', async (c) => c.html(await otherWaysPage(frameOf(c, shop))))

  routes.post('/language', async (c) => {
    const field = await fields(c)
    rememberLanguage(c, field('language') === 'en' ? 'en' : 'is')
    return c.redirect(localPath(field('back')), 303)
  })

  return routes
}
