import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import type { SecurityEvent } from '../../server/core/errors.ts'
import { createLog } from '../../server/log.ts'
import { SecurityLog } from '../../server/security-log.ts'
import { ManualClock } from '../support/manual-clock.ts'

function open() {
  const clock = new ManualClock()
  const lines: Record<string, unknown>[] = []
  const counted: SecurityEvent[] = []
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>)
      done()
    },
  })
  const log = createLog('info', sink)
  return {
    clock,
    lines,
    counted,
    security: new SecurityLog({ log, clock, onEvent: (event) => counted.push(event) }),
  }
}

it('logs one line a minute during a flood, with the number of events', () => {
  const { clock, lines, counted, security } = open()
  for (let minute = 0; minute < 3; minute++) {
    for (let count = 0; count < 1_000; count++) security.record('unknown_session')
    clock.advance(60_000)
  }
  expect(lines.map(({ count }) => count)).toEqual([1, 1_000, 1_000])
  expect(counted).toHaveLength(3_000)
})

it('logs each kind of event separately', () => {
  const { lines, security } = open()
  for (const event of ['unknown_session', 'limit_address', 'unknown_session'] as const)
    security.record(event)
  expect(lines.map(({ event }) => event)).toEqual(['unknown_session', 'limit_address'])
})

it('logs only an origin that a browser would send', () => {
  const { clock, lines, security } = open()
  for (const origin of [
    ...['https://www.shop.is', 'null', 'https://shop.is/?phone=8223281', 'text\nlevel: 10'],
    ...[`https://${'a'.repeat(200)}.is`, 'https://me:secret@shop.is'],
  ]) {
    security.record('origin_refused', origin)
    clock.advance(60_000)
  }
  const none = Array<string>(5).fill('no web origin')
  expect(lines.map(({ origin }) => origin)).toEqual(['https://www.shop.is', ...none])
})
