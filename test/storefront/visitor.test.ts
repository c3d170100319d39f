import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { identifyVisitor, visitorOf } from '../../demo/storefront/visitor.ts'

const app = new Hono()
app.get('/who', (c) => c.text(visitorOf(c) ?? 'nobody'))
app.get('/be', (c) => c.text(identifyVisitor(c)))
const ask = async (path: string, cookie: string): Promise<string> =>
  (await app.request(path, { headers: { cookie: `ullarbudin_visitor=${cookie}` } })).text()

it('a visitor whose cookie is empty is nobody, and gets a name that no other has', async () => {
  expect(await ask('/who', '')).toBe('nobody')
  const names = [await ask('/be', ''), await ask('/be', '')]
  expect(new Set([...names, '']).size).toBe(3)
  expect(await ask('/who', 'Anna')).toBe('Anna')
})
