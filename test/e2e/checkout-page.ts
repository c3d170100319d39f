import { startTestServer } from '../support/test-server.ts'
import { serveShopPage } from './shop-page.ts'

/** A checkout on a page of its own, with no snapshot in it, and the server that it belongs to. */
export async function serveCheckoutPage() {
  const bff = await startTestServer()
  const { session } = await bff.create()
  const shop = await serveShopPage(() => ({
    '/': `<!doctype html><html lang="en"><title>Shop</title>
      <script type="module" src="${bff.url}/netgiro-checkout.js"></script>
      <netgiro-checkout session="${session}"></netgiro-checkout></html>`,
  }))
  await bff.reconfigure({ ALLOWED_ORIGINS: shop.origin })
  return { bff, shop }
}
