import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { assetRoutes } from '../../server/http/assets.ts'

/** The elements, and what they import when they need it. */
const served = [
  'netgiro-checkout',
  'netgiro-pos',
  'avarda-checkout',
  'netgiro-checkout-details',
  'netgiro-checkout-pl',
  'netgiro-checkout-layout',
  'netgiro-checkout-qr',
  'netgiro-extras',
  'netgiro-diagnosis',
]
const source = 'export default "þ"'
let app: ReturnType<typeof assetRoutes>
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'assets-'))
  for (const tag of served) {
    writeFileSync(join(folder, `${tag}.js`), source)
  }
  app = assetRoutes(pathToFileURL(`${folder}/`))
})

for (const tag of served) {
  it(`serves ${tag} to a script tag on any origin`, async () => {
    const response = await app.request(`/${tag}.js`)
    expect(await response.text()).toBe(source)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    })
  })
}

it('compresses the element for clients that accept gzip, and returns 304 when the client has it', async () => {
  const zipped = await app.request('/netgiro-checkout.js', {
    headers: { 'accept-encoding': 'br, gzip' },
  })
  expect(zipped.headers.get('content-encoding')).toBe('gzip')
  expect(gunzipSync(Buffer.from(await zipped.arrayBuffer())).toString()).toBe(source)
  const etag = zipped.headers.get('etag') ?? ''
  expect(
    (await app.request('/netgiro-checkout.js', { headers: { 'if-none-match': etag } })).status,
  ).toBe(304)
})

it.each([
  ['gzip', 'gzip'],
  ['br, GZIP;q=0.5', 'gzip'],
  ['x-gzip', 'gzip'],
  ['*', 'gzip'],
  ['identity;q=0.5, gzip;q=0.5', 'gzip'],
  ['identity;q=0, gzip', 'gzip'],
  ['*;q=0, gzip;q=0.001', 'gzip'],
  ['gzip;q=0', null],
  ['gzip; q = 0.000', null],
  ['gzip;q=0, *', null],
  ['*;q=1, gzip;q=0', null],
  ['identity, gzip;q=0.5', null],
  ['br', null],
  ['', null],
  ['gzip;q=2', null],
  ['gzip;q=x', null],
  ['identity;q=0.1, *;q=0', null],
])('answers "%s" in coding %s', async (accepted, coding) => {
  const response = await app.request('/netgiro-checkout.js', {
    headers: { 'accept-encoding': accepted },
  })
  expect([response.status, response.headers.get('content-encoding')]).toEqual([200, coding])
  expect(response.headers.get('vary')).toBe('Accept-Encoding')
})

it.each(['*;q=0', 'identity;q=0', 'identity;q=0, gzip;q=0', 'br, *;q=0'])(
  'returns 406 when the client accepts neither coding: %s',
  async (accepted) => {
    const headers = { 'accept-encoding': accepted }
    expect((await app.request('/netgiro-checkout.js', { headers })).status).toBe(406)
  },
)

it('returns 304 for every form of If-None-Match that names the element', async () => {
  const etag = (await app.request('/netgiro-checkout.js')).headers.get('etag') ?? ''
  const strong = etag.replace('W/', '')
  const ask = async (known: string) => {
    const headers = { 'if-none-match': known }
    return (await app.request('/netgiro-checkout.js', { headers })).status
  }
  for (const known of [etag, strong, `"x", ${strong}`, `W/"a,b" ,${etag}`, '*', ` ${etag} `])
    expect(await ask(known), known).toBe(304)
  for (const known of ['"x"', '', strong.slice(0, -1), strong.replaceAll('"', ''), 'W/*'])
    expect(await ask(known), known).toBe(200)
})

describe('a file under its version', () => {
  const notice = (version: string) => `/*! netgiro-checkout ${version}, MIT */\n`
  const routesFor = (text: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'assets-'))
    for (const name of served) writeFileSync(join(folder, `${name}.js`), text)
    return assetRoutes(pathToFileURL(`${folder}/`))
  }

  it('serves each file under its version for a year, readable by every origin', async () => {
    const versioned = routesFor(notice('1.2.3-rc.1'))
    for (const name of served) {
      const response = await versioned.request(`/v1.2.3-rc.1/${name}.js`)
      expect(response.status, name).toBe(200)
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      const { headers } = await versioned.request(`/${name}.js`)
      expect(headers.get('cache-control')).toBe('public, max-age=300')
    }
  })

  it('serves no file under the version of another, or where it says none', async () => {
    const paths = ['/v1.2.4/netgiro-checkout.js', '/v1.2.3/other.js', '/v/netgiro-checkout.js']
    for (const path of paths)
      expect((await routesFor(notice('1.2.3')).request(path)).status, path).toBe(404)
    expect((await app.request('/v1.2.3/netgiro-checkout.js')).status).toBe(404)
  })
})

it('serves no element before the build', async () => {
  expect((await app.request('/netgiro-checkout.iife.js')).status).toBe(404)
})
