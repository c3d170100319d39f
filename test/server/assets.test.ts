import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { beforeAll, expect, it } from 'vitest'
import { assetRoutes } from '../../server/routes/assets.ts'

const source = 'export default "þ"'
let app: ReturnType<typeof assetRoutes>
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'assets-'))
  for (const tag of ['netgiro-checkout', 'netgiro-pos', 'avarda-checkout']) {
    writeFileSync(join(folder, `${tag}.js`), source)
  }
  app = assetRoutes(pathToFileURL(`${folder}/`))
})

for (const tag of ['netgiro-checkout', 'netgiro-pos', 'avarda-checkout']) {
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

it('sends it zipped to whoever takes that, and not again to whoever has it', async () => {
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

it('has nothing to serve before it is built', async () => {
  expect((await app.request('/netgiro-checkout.iife.js')).status).toBe(404)
})
