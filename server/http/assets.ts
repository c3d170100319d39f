import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { Hono } from 'hono'
import type { Handler } from 'hono'
import { codingFor } from './accept-encoding.ts'
import { etagOf, isKnown } from './etag.ts'

interface Asset {
  readonly plain: Uint8Array<ArrayBuffer>
  readonly gzipped: Uint8Array<ArrayBuffer>
  readonly etag: string
}

const elements = ['netgiro-checkout', 'netgiro-pos', 'avarda-checkout'] as const
/** What an element imports when it needs it. */
const parts = [
  ...['details', 'pl', 'layout', 'qr'].map((part) => `netgiro-checkout-${part}.js`),
  ...['netgiro-extras.js', 'netgiro-diagnosis.js'],
]
const names = [...elements.flatMap((tag) => [`${tag}.js`, `${tag}.iife.js`]), ...parts]

/** In the first line of each file. */
const versionOf = ({ plain }: Asset): string | undefined =>
  /^\/\*! netgiro-checkout ([\w.-]+),/.exec(Buffer.from(plain.slice(0, 100)).toString())?.[1]

/**
 * Serves the elements for `<script src>` on other origins, which Hono's `secureHeaders()` would forbid: each file under its
 * name, and under its version as well, where it never changes, so that a page can pin its hash.
 */
export function assetRoutes(folder: URL) {
  const routes = new Hono()
  for (const name of names) {
    const asset = load(new URL(name, folder))
    if (!asset) continue
    routes.get(`/${name}`, serve(asset, 'public, max-age=300'))
    const version = versionOf(asset)
    if (version !== undefined)
      routes.get(`/v${version}/${name}`, serve(asset, 'public, max-age=31536000, immutable'))
  }
  return routes
}

const serve =
  (asset: Asset, cacheControl: string): Handler =>
  (c) => {
    const headers = {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': cacheControl,
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      vary: 'Accept-Encoding',
      etag: asset.etag,
    }
    if (isKnown(asset.etag, c.req.header('if-none-match'))) return c.body(null, 304, headers)
    const coding = codingFor(c.req.header('accept-encoding'))
    if (coding === null) return c.body(null, 406, { ...headers, 'cache-control': 'no-store' })
    return coding === 'gzip'
      ? c.body(asset.gzipped, 200, { ...headers, 'content-encoding': 'gzip' })
      : c.body(asset.plain, 200, headers)
  }

/** By file: a process that starts several servers compresses each version of a file once. */
const loaded = new Map<string, Asset>()

function load(url: URL): Asset | null {
  if (!existsSync(url)) return null
  const plain = new Uint8Array(readFileSync(url))
  const etag = etagOf(plain)
  const known = loaded.get(url.href)
  if (known?.etag === etag) return known
  const asset = { plain, gzipped: new Uint8Array(gzipSync(plain, { level: 9 })), etag }
  loaded.set(url.href, asset)
  return asset
}
