/**
 * The site's navigation, by what a reader wants: to learn, to do something, to look something up, to understand.
 * Each entry is a title and a page's path from the root of the repository.
 *
 * @type {readonly { readonly title: string, readonly pages: readonly (readonly [title: string, page: string])[] }[]}
 */
export const navigation = [
  {
    title: 'Tutorial',
    pages: [
      ['A paid order in three minutes', 'docs/tutorial.md'],
      ['Á íslensku', 'docs/quick-start.is.md'],
      ['For coding assistants', 'docs/assistants.md'],
    ],
  },
  {
    title: 'How to',
    pages: [
      ['The shop’s server', 'docs/shop-server.md'],
      ['Styling', 'docs/styling.md'],
      ['Try the styling', 'docs/site/try-the-styling.md'],
      ['Continue on a phone', 'docs/hand-off.md'],
      ['Languages', 'docs/languages.md'],
      ['Frameworks', 'docs/frameworks.md'],
      ['Content security policy', 'docs/content-security-policy.md'],
      ['Testing a shop', 'docs/testing-your-shop.md'],
      ['Moving from Netgíró’s plugin', 'docs/moving.md'],
      ['WooCommerce', 'docs/woocommerce.md'],
      ['Medusa', 'docs/medusa.md'],
      ['Agents', 'docs/agents.md'],
      ['Writing a bridge', 'docs/writing-a-bridge.md'],
      ['Receipts', 'docs/receipts.md'],
      ['Point of sale', 'docs/point-of-sale.md'],
      ['Avarda', 'docs/providers/avarda.md'],
    ],
  },
  {
    title: 'Operations',
    pages: [
      ['Overview', 'docs/operations/README.md'],
      ['Single machine', 'docs/operations/single-machine.md'],
      ['Containers', 'docs/operations/containers.md'],
      ['Kubernetes', 'docs/operations/kubernetes.md'],
      ['Several merchants', 'docs/several-merchants.md'],
      ['Database, backup and restore', 'docs/operations/database.md'],
      ['PostgreSQL and replicas', 'docs/operations/postgresql.md'],
      ['Upgrades', 'docs/operations/upgrades.md'],
      ['Incidents', 'docs/operations/incidents.md'],
    ],
  },
  {
    title: 'Reference',
    pages: [
      ['Elements', 'docs/elements.md'],
      ['HTTP', 'docs/http.md'],
      ['Merchant API', 'docs/merchant-api.md'],
      ['Events and webhooks', 'docs/events.md'],
      ['Problem codes', 'docs/problems.md'],
      ['Reviews', 'docs/operations/reviews.md'],
      ['Settings', 'docs/settings.md'],
      ['Commands', 'docs/operations/commands.md'],
      ['Metrics', 'docs/operations/metrics.md'],
    ],
  },
  {
    title: 'Explanation',
    pages: [
      ['Threat model', 'docs/threat-model.md'],
      ['How money is proven safe', 'docs/testing.md'],
      ['Situations that once went wrong', 'docs/testing-cases.md'],
      ['Performance', 'docs/performance.md'],
      ['Accessibility', 'docs/accessibility.md'],
      ['A script for screen readers', 'docs/accessibility-script.md'],
      ['Architecture', 'docs/architecture.md'],
      ['Decisions', 'docs/decisions/README.md'],
      ['Writing an adapter', 'docs/writing-an-adapter.md'],
      ['Contributing', 'CONTRIBUTING.md'],
      ['Changelog', 'CHANGELOG.md'],
    ],
  },
]
