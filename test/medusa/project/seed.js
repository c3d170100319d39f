/** What a shop needs before it sells: a region that pays with Netgíró, products, and keys for the page and the shopkeeper. */
import {
  createApiKeysWorkflow,
  createProductsWorkflow,
  createRegionsWorkflow,
  createSalesChannelsWorkflow,
  linkSalesChannelsToApiKeyWorkflow,
  updateStoresWorkflow,
} from '@medusajs/medusa/core-flows'

/** The last one is a mistake of the shopkeeper. */
const prices = [1, 990, 12990, 250000, 1234567, 990.5]

export async function seed(container) {
  const run = async (workflow, input) => (await workflow(container).run({ input })).result
  await run(updateStoresWorkflow, {
    selector: {},
    update: { supported_currencies: [{ currency_code: 'isk', is_default: true }] },
  })
  const [region] = await run(createRegionsWorkflow, {
    regions: [
      {
        name: 'Ísland',
        currency_code: 'isk',
        countries: ['is'],
        payment_providers: ['pp_netgiro_netgiro', 'pp_system_default'],
      },
    ],
  })
  const [channel] = await run(createSalesChannelsWorkflow, { salesChannelsData: [{ name: 'Web' }] })
  const [page, shopkeeper] = await run(createApiKeysWorkflow, {
    api_keys: [
      { title: 'Page', type: 'publishable', created_by: '' },
      { title: 'Shopkeeper', type: 'secret', created_by: '' },
    ],
  })
  await run(linkSalesChannelsToApiKeyWorkflow, { id: page.id, add: [channel.id] })
  const [product] = await run(createProductsWorkflow, {
    products: [
      {
        title: 'Lopapeysa',
        status: 'published',
        sales_channels: [{ id: channel.id }],
        options: [{ title: 'Price', values: prices.map(String) }],
        variants: prices.map((amount) => ({
          title: String(amount),
          options: { Price: String(amount) },
          manage_inventory: false,
          prices: [{ amount, currency_code: 'isk' }],
        })),
      },
    ],
  })
  const variants = product.variants.map(({ id, title }) => ({ id, price: Number(title) }))
  return {
    region: region.id,
    page: page.token,
    shopkeeper: shopkeeper.token,
    variants: variants.filter(({ price }) => Number.isInteger(price)),
    fraction: variants.find(({ price }) => !Number.isInteger(price)).id,
  }
}
