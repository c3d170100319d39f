import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'

type Answer = (path: string, body: string) => string
type Deliver = (send: () => void) => void

/**
 * An HTTP server with as little work as Node allows, so that the client is what is measured. It takes POSTs with a
 * `content-length` on connections that stay open, one at a time on each, and knows no other HTTP. `deliver` may keep an
 * answer back for a while.
 */
export function lightServer(answer: Answer, deliver: Deliver = (send) => send()): Server {
  return createServer((socket) => {
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('error', () => {}) // 'close' follows
    let text = ''
    socket.on('data', (chunk: string) => {
      text += chunk
      text = answerFirst(text, socket, answer, deliver)
    })
  })
}

/** Answers the request if it is all there; what is left of the text is not. */
function answerFirst(text: string, socket: Socket, answer: Answer, deliver: Deliver) {
  const endOfHead = text.indexOf('\r\n\r\n')
  if (endOfHead === -1) return text
  const lengthAt = text.search(/\r\ncontent-length: /i)
  const length = Number.parseInt(text.slice(lengthAt + '\r\ncontent-length: '.length), 10)
  const body = text.slice(endOfHead + 4)
  if (body.length < length) return text
  const path = text.slice(text.indexOf(' ') + 1, text.indexOf(' HTTP/'))
  const bytes = answer(path, body)
  deliver(() => socket.write(bytes, 'latin1'))
  return ''
}
