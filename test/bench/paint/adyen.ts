import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Pages } from './pages.ts'

export const adyenTag = 'adyen-mbway'

/** The field can be seen once the component knows the prefixes of the countries. */
export const adyenField = '.loading-input__form:not(.loading-input__form--loading) input'

/** [adyen] a key of this kind is for addresses that contain `test`. */
const key = `test_${'A'.repeat(32)}`

/** [adyen] `_environmentUrls` is not documented: with it, no request leaves the machine. */
const element = (stub: string): string => `
  import { AdyenCheckout, MBWay } from '@adyen/adyen-web'
  customElements.define('${adyenTag}', class extends HTMLElement {
    async connectedCallback() {
      new MBWay(await AdyenCheckout({
        environment: 'test', _environmentUrls: { api: '${stub}', analytics: '${stub}', cdn: { images: '${stub}', translations: '${stub}' } },
        clientKey: '${key}', locale: 'en-US', countryCode: 'PT', amount: { value: 12990, currency: 'EUR' },
        analytics: { enabled: false }, paymentMethodsResponse: { paymentMethods: [{ type: 'mbway', name: 'MB WAY' }] },
      })).mount(this)
    }
  })`

/**
 * Adyen's component for MB WAY, which asks for a phone number and waits for an approval in an app as well, bundled as its README
 * says; null where the package is not there. It is no dependency of ours: `npm i --no-save @adyen/adyen-web` brings it.
 */
export async function serveAdyen(pages: Pages): Promise<{ script: string; styles: string } | null> {
  let sheet: string
  try {
    sheet = fileURLToPath(import.meta.resolve('@adyen/adyen-web/styles/adyen.css'))
  } catch {
    return null
  }
  const other = pages.origin.replace('127.0.0.1', 'localhost')
  const {
    outputFiles: [file],
  } = await build({
    stdin: {
      contents: element(`${other}/test/`),
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    ...{ bundle: true, minify: true, format: 'esm', target: 'es2022', write: false },
  })
  pages.addFile('/adyen.js', 'text/javascript', file?.text ?? '')
  pages.addFile('/adyen.css', 'text/css', readFileSync(sheet, 'utf8'))
  const prefixes = [{ id: 'PT', prefix: '+351' }]
  pages.addFile('/test/datasets/phonenumbers.json', 'application/json', JSON.stringify(prefixes))
  pages.addFile(`/test/v3/analytics?clientKey=${key}`, 'application/json', '{"id":"1"}')
  return { script: `${other}/adyen.js`, styles: `${other}/adyen.css` }
}
