export interface ServerEvent {
  readonly event: string
  readonly data: string
  readonly id: string
}

export interface EventHandlers {
  readonly onEvent: (event: ServerEvent) => void
  readonly onRetry: (ms: number) => void
  /** Called for every chunk, even one that completes no line. */
  readonly onBytes: () => void
}

/**
 * Reads server-sent events until the body ends, however the network splits them into chunks.
 *
 * Written by hand because `eventsource-parser` is four times as large; a property-based test compares the two.
 * [spec] https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  { onEvent, onRetry, onBytes }: EventHandlers,
): Promise<void> {
  const decoder = new TextDecoder() // drops the byte order mark
  const reader = body.getReader()
  let buffer = ''
  let id = ''
  let event = ''
  let data: string[] = []

  const readLine = (line: string): void => {
    if (!line) {
      // [spec] An event without data is not dispatched, and resets the event type.
      if (data.length) onEvent({ event, id, data: data.join('\n') })
      event = ''
      data = []
      return
    }
    const [field, value = ''] = line.split(/: ?(.*)/s)
    if (field === 'data') data.push(value)
    if (field === 'event') event = value
    if (field === 'id' && !value.includes('\0')) id = value
    if (field === 'retry' && /^\d+$/.test(value)) onRetry(Number(value))
  }

  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    buffer += decoder.decode(value, { stream: true })
    // A carriage return at the end of a chunk may be the first half of a CRLF.
    const lines = buffer.split(/\r\n|\n|\r(?!$)/)
    buffer = lines.pop() ?? ''
    lines.forEach(readLine)
    onBytes()
  }
}
