import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { startBalancer } from '../../demo/balancer/balancer.ts'
import type { Balancer } from '../../demo/balancer/balancer.ts'
import { replicasPage } from '../../demo/balancer/page.ts'
import { Replica } from '../../demo/balancer/replica.ts'
import { replicaSettings } from '../../demo/balancer/settings.ts'
import { Traffic } from '../../demo/balancer/traffic.ts'
import { freePort } from '../support/free-port.ts'

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

async function serve(listener: RequestListener): Promise<number> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push({
    close() {
      server.close()
      server.closeAllConnections()
    },
  })
  return (server.address() as AddressInfo).port
}

/** A balancer over servers on these ports, which are tried in this order. */
async function balance(
  ports: readonly number[],
  own?: ReturnType<typeof replicasPage>,
): Promise<Balancer> {
  const balancer = await startBalancer({ port: 0, ...(own && { own }) })
  opened.push(balancer)
  for (const [index, port] of ports.entries())
    balancer.targets.add({ name: String(index + 1), port })
  return balancer
}

const echo: RequestListener = (request, response) => {
  request.setEncoding('utf8')
  let body = ''
  request.on('data', (chunk: string) => (body += chunk))
  request.on('end', () => response.end(`${request.method ?? ''} ${body}`))
}

const breakOff: RequestListener = (request) => request.socket.destroy()

const post = ({ url }: Balancer, path = '/') => fetch(url + path, { method: 'POST', body: 'order' })

describe('the balancer of the demo', () => {
  it('sends requests to the servers in turn, and those of the support page to the same one', async () => {
    const balancer = await balance([await serve(echo), await serve(echo)])
    const who = async (path: string) => (await fetch(balancer.url + path)).headers.get('x-replica')
    expect([await who('/'), await who('/'), await who('/')]).toEqual(['1', '2', '1'])
    expect([await who('/admin'), await who('/admin/x')]).toEqual(['1', '1'])
  })

  it('tries the next server with a request that has not left, whatever it asks for', async () => {
    const balancer = await balance([await freePort(), await serve(echo)])
    const answer = await post(balancer)
    expect([answer.status, await answer.text()]).toEqual([200, 'POST order'])
  })

  it('repeats what reads when a server breaks off, and nothing else', async () => {
    const balancer = await balance([await serve(breakOff), await serve(echo)])
    expect((await post(balancer)).status).toBe(502)
    await fetch(balancer.url)
    const read = await fetch(balancer.url)
    expect([read.status, read.headers.get('x-replica')]).toEqual([200, '2'])
  })

  it('answers 503 while no server runs', async () => {
    const balancer = await balance([])
    expect((await post(balancer)).status).toBe(503)
  })

  it('passes a stream on as it comes, and breaks it off when its server does', async () => {
    let breakStream = () => {}
    const port = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      breakStream = () => response.destroy()
    })
    const { url } = await balance([port])
    const { body } = await fetch(url)
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe('data: 1\n\n')
    breakStream()
    await expect(reader.read()).rejects.toThrow()
  })

  it('tells the server who asks', async () => {
    const port = await serve((request, response) =>
      response.end(String(request.headers['x-forwarded-for'])),
    )
    const { url } = await balance([port])
    const asked = fetch(url, { headers: { 'x-forwarded-for': '203.0.113.7' } })
    expect(await (await asked).text()).toBe('203.0.113.7, 127.0.0.1')
  })

  it('shows the replicas, and kills one for its own page only', async () => {
    const done: string[] = []
    const replica = new Replica({
      ...{ name: '1', program: [], env: {}, log: () => {}, onEnd: () => {} },
    })
    const own = replicasPage({
      replicas: [replica],
      traffic: new Traffic(),
      act: (_, action) => Promise.resolve(void done.push(action)),
    })
    const { url } = await balance([], own)
    expect(await (await fetch(`${url}/replicas`)).text()).toContain('Start replica 1')
    const kill = (origin: string) =>
      fetch(`${url}/replicas/1/kill`, { method: 'POST', headers: { origin }, redirect: 'manual' })
    expect((await kill('https://evil.example')).status).toBe(403)
    expect((await kill(url)).status).toBe(303)
    expect(done).toEqual(['kill'])
  })
})

describe('the settings of the demo', () => {
  const bring = () => Promise.resolve('postgres://brought/db')

  it('the demo starts one server on SQLite without REPLICAS, whatever DATABASE_URL says', async () => {
    expect(await replicaSettings({ DATABASE_URL: 'postgres://db/checkout' }, bring)).toBe(null)
  })

  it('the demo takes the PostgreSQL of DATABASE_URL for REPLICAS, or brings one', async () => {
    const given = await replicaSettings({ REPLICAS: '3', DATABASE_URL: 'postgres://db/x' }, bring)
    expect(given).toEqual({ count: 3, databaseUrl: 'postgres://db/x' })
    const brought = await replicaSettings({ REPLICAS: '2' }, bring)
    expect(brought).toEqual({ count: 2, databaseUrl: 'postgres://brought/db' })
  })

  it('wrong settings of the demo are refused in one sentence', async () => {
    await expect(replicaSettings({ REPLICAS: '99' }, bring)).rejects.toThrow(/^REPLICAS must be/)
    const file = { REPLICAS: '2', DATABASE_URL: 'file:./x.db' }
    await expect(replicaSettings(file, bring)).rejects.toThrow(/set DATABASE_URL to postgres/)
    await expect(replicaSettings({ REPLICAS: '2' })).rejects.toThrow(/set DATABASE_URL/)
  })
})
