import { expect } from '@open-wc/testing'
import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { readEvents } from '../../widget/event-reader.ts'

/** Returns what the reader reports for a stream that arrives in the given chunks. */
async function read(pieces: Uint8Array[]): Promise<unknown[]> {
  const seen: unknown[] = []
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      pieces.forEach((piece) => controller.enqueue(piece))
      controller.close()
    },
  })
  await readEvents(body, {
    onEvent: ({ event, data }) => seen.push([event, data]),
    onRetry: (ms) => seen.push(ms),
    onBytes: () => undefined,
  })
  return seen
}

const field = fc.tuple(
  fc.constantFrom('data', 'event', 'id', 'retry', '', 'dát'),
  fc.constantFrom(':', ': ', ':  ', ''),
  fc.oneof(
    fc.constantFrom('status', '12', '{"a":"ð"}', 'a:b', ''),
    fc.string({ unit: 'grapheme' }),
  ),
)
const line = field.map(
  ([name, colon, value]) => name + (colon && colon + value.replace(/[\r\n]/g, '')),
)
const stream = fc
  .array(fc.tuple(fc.oneof(line, fc.constant('')), fc.constantFrom('\n', '\r\n', '\r')))
  .map((lines) => lines.flat().join('') + '\n\n')

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function cut(whole: Uint8Array, places: number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (whole.length + 1)))].sort((a, b) => a - b)
  return [...at, whole.length].map((end, i) => whole.slice(at[i - 1] ?? 0, end))
}

it('reads the same events however the stream is split into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(stream, fc.array(fc.nat()), async (text, places) => {
      const whole = bytes(text)
      expect(await read(cut(whole, places))).to.deep.equal(await read([whole]))
    }),
  )
})

it('reads the same events as eventsource-parser', async () => {
  await fc.assert(
    fc.asyncProperty(stream, async (text) => {
      const expected: unknown[] = []
      const parser = createParser({
        onEvent: ({ event, data }) => expected.push([event ?? '', data]),
        onRetry: (ms) => expected.push(ms),
      })
      parser.feed(text)
      expect(await read([bytes(text)])).to.deep.equal(expected)
    }),
  )
})

it('skips a byte order mark, comments and an incomplete event at the end', async () => {
  expect(await read([bytes('\ufeffdata: a\n\n: hello\ndata: b')])).to.deep.equal([['', 'a']])
})
