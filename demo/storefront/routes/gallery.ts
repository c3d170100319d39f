import { Hono } from 'hono'
import { galleryOf, languages } from '../../gallery/gallery.ts'
import type { Tag } from '../../gallery/states.ts'
import type { Shop } from '../shop.ts'
import { galleryPage, layouts, themes, widths } from '../views/gallery.ts'
import { frameOf } from './frame.ts'

const gallery = galleryOf('/static/gallery-form.js')
const tags = Object.keys(gallery) as Tag[]

/** Every state of every element, without a payment server: what a shopper may see, to look at and to be photographed. */
export function galleryRoutes(shop: Shop): Hono {
  const routes = new Hono()

  routes.get('/', async (c) => {
    const one = <T extends string>(name: string, values: readonly T[], otherwise: T): T =>
      values.find((value) => value === c.req.query(name)) ?? otherwise
    const tag = one('element', tags, 'netgiro-checkout')
    const [first, ...others] = languages[tag]
    const frame = frameOf(c, shop)
    const own = [first, ...others].find((language) => language === frame.language) ?? first
    const choice = {
      tag,
      locale: one('locale', [first, ...others], own),
      theme: one('theme', themes, 'light'),
      layout: tag === 'netgiro-checkout' ? one('layout', layouts, 'inline') : 'inline',
      width: one('width', widths, '420'),
      isPlain: c.req.query('plain') !== undefined,
    }
    return c.html(await galleryPage(frame, choice, shop))
  })

  routes.get('/states.json', (c) => c.json(gallery))

  return routes
}
