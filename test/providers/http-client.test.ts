import { createServer as createHttpServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { TlsOptions } from 'node:tls'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { soleOwner } from '../../server/core/ownership.ts'
import { HttpClient, headerOf } from '../../server/providers/http-client.ts'
import type { HttpClientOptions } from '../../server/providers/http-client.ts'
import { PendingRequest } from '../../server/providers/pending-request.ts'
import { selfSigned } from '../support/self-signed.ts'

const sockets = new Set<Socket>()
const servers: Server[] = []
const clients: HttpClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  for (const server of servers.splice(0)) server.close()
})

async function listen(server: Server): Promise<string> {
  servers.push(server)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

function clientFor(origin: string, options: Partial<HttpClientOptions> = {}) {
  const permit = () => soleOwner.permit()
  const client = new HttpClient(origin, { permit, maxBytes: 64 * 1024, graceMs: 50, ...options })
  clients.push(client)
  return client
}
const post = (client: HttpClient, timeoutMs = 5_000, path = '/x') =>
  client.send(client.endpoint('POST', path, timeoutMs), { Amount: 1 })
const send = (origin: string, timeoutMs?: number, options?: Partial<HttpClientOptions>) =>
  post(clientFor(origin, options), timeoutMs)

describe('a request that could not leave', () => {
  const notSent = { kind: 'not_sent' }

  const tls = async (
    options: TlsOptions = {},
    action = (socket: Socket) => void socket.resume(),
  ) => {
    const heard: string[] = []
    const server = createTlsServer({ ...selfSigned, ...options }, (socket) => {
      socket.on('data', (bytes: Buffer) => heard.push(bytes.toString()))
      socket.on('error', () => {})
      action(socket)
    })
    server.on('tlsClientError', () => {})
    return { host: await listen(server), heard }
  }

  it('a request is not sent when the certificate is not trusted', async () => {
    const { host, heard } = await tls()
    expect(await send(`https://${host}`)).toEqual({
      ...{ kind: 'not_sent', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    })
    expect(heard).toEqual([])
  })

  it('a request is not sent when the server speaks an outdated TLS version', async () => {
    const { host, heard } = await tls({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })
    expect(await send(`https://${host}`)).toMatchObject(notSent)
    expect(heard).toEqual([])
  })

  it('a request is not sent when the server speaks plain HTTP on an https URL', async () => {
    const host = await listen(createHttpServer((_, response) => response.end('{}')))
    expect(await send(`https://${host}`)).toMatchObject(notSent)
  })

  it.each([
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
    ['ends', (socket: Socket) => socket.end()],
  ])('a request is not sent when the server %s during the TLS handshake', async (_, action) => {
    const host = await listen(
      createServer((socket) => {
        socket.once('data', () => action(socket))
      }),
    )
    expect(await send(`https://${host}`)).toMatchObject(notSent)
  })

  it('a request is not sent when the connection is refused or the name does not resolve', async () => {
    expect(await send('http://127.0.0.1:9')).toEqual({ kind: 'not_sent', code: 'ECONNREFUSED' })
    expect(await send('http://nobody.invalid')).toMatchObject(notSent)
  })

  it('a request is not sent when connecting takes too long or the deadline ends before it', async () => {
    const host = await listen(createServer(() => {}))
    const slow = `https://${host}`
    expect(await send(slow, 5_000, { connectMs: 50 })).toMatchObject(notSent)
    expect(await send(slow, 50)).toEqual({ kind: 'not_sent', code: 'timeout' })
  })

  it('never sends a request whose deadline ends in the queue', async () => {
    const seen: string[] = []
    const host = await listen(
      createHttpServer((incoming) => {
        seen.push(incoming.url ?? '')
      }),
    )
    const client = clientFor(`http://${host}`, { connections: 1 })
    const first = post(client, 300, '/first')
    expect(await post(client, 50, '/second')).toEqual({ kind: 'not_sent', code: 'timeout' })
    expect(await first).toEqual({ kind: 'no_response', code: 'timeout' })
    // The connection that the first one held is made anew, and this is what comes next over it.
    expect(await post(client, 300, '/third')).toMatchObject({ kind: 'no_response' })
    expect(seen).toEqual(['/first', '/third'])
  })

  it('never sends a request whose permit ends in the queue, and sends what has one', async () => {
    const seen: string[] = []
    const answers: (() => void)[] = []
    const host = await listen(
      createHttpServer((incoming, response) => {
        seen.push(incoming.url ?? '')
        answers.push(() => response.end('{}'))
      }),
    )
    let mayLeave = true
    const permit = () => () => mayLeave
    const client = clientFor(`http://${host}`, { connections: 1, permit })
    const first = post(client, 5_000, '/first')
    const second = post(client, 5_000, '/second')
    const read = client.send(client.endpoint('GET', '/read', 5_000))
    await expect.poll(() => answers.length).toBe(1)
    mayLeave = false
    answers[0]?.()
    expect(await first).toMatchObject({ kind: 'answered' })
    expect(await second).toEqual({ kind: 'not_sent', code: 'lease_expired' })
    await expect.poll(() => answers.length).toBe(2)
    answers[1]?.()
    expect(await read).toMatchObject({ kind: 'answered' })
    expect(seen).toEqual(['/first', '/read'])
  })

  it('a request is not sent when it is not valid HTTP', async () => {
    const client = clientFor('http://127.0.0.1:9')
    expect(await post(client, 5_000, '/a b')).toMatchObject(notSent)
  })
})

describe('a request that has left', () => {
  const noResponse = { kind: 'no_response' }

  it('a request that has left gets no response when the server closes the connection early', async () => {
    for (const action of [
      (socket: Socket) => socket.resetAndDestroy(),
      (socket: Socket) => socket.end(),
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{'),
      (socket: Socket) => socket.end('this is no HTTP\r\n\r\n'),
    ]) {
      const host = await listen(
        createServer((socket) => {
          socket.once('data', () => action(socket))
        }),
      )
      expect(await send(`http://${host}`)).toMatchObject(noResponse)
    }
  })

  const drip = (start: string) =>
    listen(
      createServer((socket) => {
        socket.once('data', () => {
          if (start === '') return
          socket.write(start)
          const timer = setInterval(() => socket.write('x'), 5)
          socket.on('close', () => {
            clearInterval(timer)
          })
        })
      }),
    )

  it.each([
    ['sends nothing', ''],
    ['sends its headers byte by byte', 'HTTP/1.1 200 OK\r\nx: '],
    ['sends its body byte by byte', 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n'],
    ['sends chunks byte by byte', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffff\r\n'],
    ['sends informational responses only', 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nx: '],
  ])('a request that has left ends at its deadline when the server %s', async (_, start) => {
    const host = await drip(start)
    expect(await send(`http://${host}`, 100)).toEqual({ kind: 'no_response', code: 'timeout' })
    // The connection is gone as well.
    const [socket] = sockets
    if (socket && !socket.destroyed) await new Promise((resolve) => socket.once('close', resolve))
    expect(socket?.destroyed).toBe(true)
  })

  it('a request that has left gets no response when the response exceeds the maximum size', async () => {
    const flood: RequestListener = (_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      }
      response.on('drain', pour)
      pour()
    }
    const host = await listen(createHttpServer(flood))
    expect(await send(`http://${host}`)).toEqual({
      ...{ kind: 'no_response', code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' },
    })
  })
})

describe('the HTTP client', () => {
  it('returns status, headers and body of any response, and follows no redirect', async () => {
    const host = await listen(
      createHttpServer((incoming, response) => {
        incoming.resume()
        response.writeHead(307, { location: '/elsewhere', 'x-a': 'b' }).end('{"þ":1}')
      }),
    )
    expect(await send(`http://${host}`)).toMatchObject({
      ...{ kind: 'answered', status: 307, headers: { 'x-a': 'b' }, body: '{"þ":1}' },
    })
  })

  it('sends JSON or no body, with the headers of every request, and signs what is sent', async () => {
    const seen: object[] = []
    const server = createHttpServer((incoming, response) => {
      let body = ''
      incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      incoming.on('end', () => {
        const { method, url, headers } = incoming
        const { accept, key, signature } = headers
        seen.push({ method, url, accept, key, signature, type: headers['content-type'], body })
        response.end()
      })
    })
    const apiUrl = `http://${await listen(server)}/api`
    const signed: string[] = []
    const client = clientFor(apiUrl, {
      headers: { key: 'k' },
      sign: (...parts) => ['signature', `s${signed.push(parts.join(' '))}`],
    })
    const get = await client.send(client.endpoint('GET', '/a', 5_000))
    expect(get).toMatchObject({ kind: 'answered', url: `${apiUrl}/a` })
    expect(await post(client)).toMatchObject({ kind: 'answered', url: `${apiUrl}/x` })
    const always = { accept: 'application/json', key: 'k' }
    expect(seen).toEqual([
      { ...always, method: 'GET', url: '/api/a', signature: 's1', type: undefined, body: '' },
      {
        ...{ ...always, method: 'POST', url: '/api/x', signature: 's2', body: '{"Amount":1}' },
        type: 'application/json; charset=utf-8',
      },
    ])
    expect(signed).toEqual([`${apiUrl}/a `, `${apiUrl}/x {"Amount":1}`])
  })

  it('reads a response that arrives in pieces, after an informational one', async () => {
    const host = await listen(
      createServer((socket) => {
        socket.once('data', () => {
          socket.write('HTTP/1.1 102 Processing\r\nx-a: 1\r\n\r\n')
          socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
          socket.end('2\r\n{"\r\n4\r\na":1\r\n1\r\n}\r\n0\r\n\r\n')
        })
      }),
    )
    const response = await send(`http://${host}`)
    expect(response).toMatchObject({ kind: 'answered', status: 200, body: '{"a":1}' })
    expect(response).not.toHaveProperty('headers.x-a')
  })

  it('takes a header that is repeated for a missing one', () => {
    const headers = { one: 'a', two: ['a', 'b'] }
    const response = { kind: 'answered' as const, url: '', status: 200, headers, body: '' }
    const value = (name: string) => headerOf({ ...response, bytes: new Uint8Array() }, name)
    expect(['one', 'two', 'three'].map(value)).toEqual(['a', null, null])
  })

  it('reports an error by its code, whatever was thrown', async () => {
    const codeOf = (error: unknown) =>
      new Promise((resolve) => {
        const options = { url: '', timeoutMs: 60_000, maxBytes: 1, mayLeave: () => true, resolve }
        new PendingRequest(options).onResponseError(null, error)
      })
    const failed = (code: string) => ({ kind: 'not_sent', code })
    expect(await codeOf(Object.assign(new Error(), { code: 'EX' }))).toEqual(failed('EX'))
    for (const odd of [new Error('secret'), { code: 'EX' }, 'EX', null, undefined])
      expect(await codeOf(odd)).toEqual(failed('unknown_error'))
    const numbered = Object.assign(new Error(), { code: 5 })
    expect(await codeOf(numbered)).toEqual(failed('unknown_error'))
  })

  it.each([
    ['gzip', gzipSync],
    ['X-GZIP', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('decompresses a response that a proxy compressed: %s', async (encoding, pack) => {
    const server = createHttpServer((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(pack('{"Success":true}'))
    })
    const origin = `http://${await listen(server)}`
    expect(await send(origin)).toMatchObject({ kind: 'answered', body: '{"Success":true}' })
  })

  it('reads headers without the spaces around their values', async () => {
    const packed = gzipSync('{"Success":true}')
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Encoding: \t GZIP \t\r\nNetgiro_Nonce:  12 \r\n')
        socket.write(`Content-Length: ${packed.length}\r\n\r\n`)
        socket.write(packed)
      })
    })
    const response = await send(`http://${await listen(server)}`)
    expect(response).toMatchObject({ kind: 'answered', body: '{"Success":true}' })
    if (response.kind === 'answered') expect(headerOf(response, 'netgiro_nonce')).toBe('12')
  })

  it.each([
    ['exceeds the maximum size', gzipSync(Buffer.alloc(65 * 1024))],
    ['is not compressed at all', Buffer.from('{"Success":true}')],
    ['is truncated', gzipSync('{"Success":true}').subarray(0, 20)],
  ])('reports no response when a compressed body %s', async (_, packed) => {
    const server = createHttpServer((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed)
    })
    expect(await send(`http://${await listen(server)}`)).toEqual({
      ...{ kind: 'no_response', code: 'unreadable_encoding' },
    })
  })

  it('the client closes within its grace period while a request is never answered', async () => {
    const host = await listen(createHttpServer(() => {}))
    const client = clientFor(`http://${host}`, { graceMs: 20 })
    const open = post(client, 60_000)
    await client.close()
    expect(await open).toMatchObject({
      ...{ kind: expect.stringMatching(/no_response|not_sent/) as string },
    })
    expect(await post(client)).toMatchObject({ kind: 'not_sent' })
  })
})
