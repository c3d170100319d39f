/** What a browser downloads for each element, compared with its limit. `--build` builds first. */
import { existsSync, readFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { buildWidget } from '../build.mjs'

/**
 * Bytes of gzip -9, for the module. The first is the smallest because shoppers' phones download it: the form, the waiting
 * view and every headline, so that an outcome can be shown without the file below.
 */
const limits = {
  'netgiro-checkout': 14_000,
  'netgiro-pos': 18_600,
  'avarda-checkout': 16_600,
}

/** What `<netgiro-checkout>` imports once a request is sent. */
const detailsLimit = 6_000

/** What it imports for a shopper who reads Polish. */
const polishLimit = 2_000

/** What every element imports for what a page asks for with an attribute. */
const extrasLimit = 2_000

/** What `<netgiro-checkout>` imports for another layout than the usual one, and for a QR code. */
const layoutLimit = 4_000
const qrLimit = 4_000

const path = (file: string) => new URL(`../${file}`, import.meta.url)
const files = Object.entries(limits).flatMap(([tag, limit]) => [
  { file: `widget/dist/${tag}.js`, limit },
  { file: `widget/dist/${tag}.iife.js`, limit: Infinity },
])
files.push(
  { file: 'widget/dist/netgiro-checkout-details.js', limit: detailsLimit },
  { file: 'widget/dist/netgiro-checkout-pl.js', limit: polishLimit },
  { file: 'widget/dist/netgiro-extras.js', limit: extrasLimit },
  { file: 'widget/dist/netgiro-checkout-layout.js', limit: layoutLimit },
  { file: 'widget/dist/netgiro-checkout-qr.js', limit: qrLimit },
)
if (process.argv.includes('--build') || !files.every(({ file }) => existsSync(path(file)))) {
  await buildWidget()
}

const rows = files.map(({ file, limit }) => {
  const code = readFileSync(path(file))
  return {
    file,
    raw: code.length,
    gzip: gzipSync(code, { level: 9 }).length,
    limit,
    brotli: brotliCompressSync(code).length,
  }
})
console.table(rows)

const tooLarge = rows.filter(({ gzip, limit }) => gzip > limit)
for (const { file, limit } of tooLarge) {
  console.error(`${file} is larger than ${limit} bytes gzipped.`)
}
if (tooLarge.length > 0) process.exit(1)
