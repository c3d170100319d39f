import type { Metrics } from './metrics.ts'

/** The metrics of the server together with those of its merchants, which have a label each. */
export class ServerMetrics {
  readonly #server: Metrics
  readonly #merchants: Iterable<{ readonly monitoring: { readonly metrics: Metrics } }>

  /** @param merchants - those with metrics of their own */
  constructor(
    server: Metrics,
    merchants: Iterable<{ readonly monitoring: { readonly metrics: Metrics } }>,
  ) {
    this.#server = server
    this.#merchants = merchants
  }

  /** The metrics in Prometheus' text format. */
  async text(): Promise<string> {
    return joinTexts(await Promise.all(this.#all().map((metrics) => metrics.text())))
  }

  get headers() {
    return this.#server.headers
  }

  /** How many callbacks could not be proven since the server started. */
  get unprovenCallbacks(): number {
    return this.#all().reduce((sum, { unprovenCallbacks }) => sum + unprovenCallbacks, 0)
  }

  #all(): readonly Metrics[] {
    return [this.#server, ...[...this.#merchants].map(({ monitoring }) => monitoring.metrics)]
  }
}

/** [prometheus] "All lines for a given metric must be provided as one single group", with one HELP and one TYPE line. */
function joinTexts(texts: readonly string[]): string {
  const [only] = texts
  if (only !== undefined && texts.length === 1) return only
  const groups = new Map<string, string[]>()
  for (const text of texts) {
    for (const group of text.split(/\n+(?=# HELP )/)) {
      const [help = '', type = '', ...lines] = group.trimEnd().split('\n')
      const known = groups.get(help)
      if (known) known.push(...lines)
      else groups.set(help, [help, type, ...lines])
    }
  }
  return `${[...groups.values()].map((lines) => lines.join('\n')).join('\n\n')}\n`
}
