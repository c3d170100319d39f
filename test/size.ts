/** What a shopper's phone downloads, against the promise. `--build` builds first. */
import { existsSync, readFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { buildWidget } from '../build.mjs'

const limit = 12_000 // bytes of gzip -9, for the module
const files = ['dist/netgiro-checkout.js', 'dist/netgiro-checkout.iife.js']

const path = (file: string) => new URL(`../${file}`, import.meta.url)
if (process.argv.includes('--build') || !files.every((file) => existsSync(path(file)))) {
  await buildWidget()
}

const rows = files.map((file) => {
  const code = readFileSync(path(file))
  return {
    file,
    raw: code.length,
    gzip: gzipSync(code, { level: 9 }).length,
    brotli: brotliCompressSync(code).length,
  }
})
console.table(rows)

const [module] = rows
if (!module || module.gzip > limit) {
  console.error(`${files[0]} is larger than ${limit} bytes gzipped.`)
  process.exit(1)
}
