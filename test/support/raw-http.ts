import { connect } from 'node:net'

/** Sends bytes to the server as they are, which no HTTP client would do, and returns everything received until it closes. */
export function sendRaw(url: string, ...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(Number(port), hostname, () => {
      for (const part of parts) socket.write(part)
    })
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => (received += String(chunk)))
    socket.on('close', () => resolve(received))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(received) : reject(error),
    )
  })
}

export const statusOf = (answer: string): number =>
  Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? NaN)

/** A request with the target written as it stands. */
export const getRaw = (url: string, target: string, headers: Record<string, string> = {}) => {
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return sendRaw(
    url,
    `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more.join('')}\r\n`,
  )
}
