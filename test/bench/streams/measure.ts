import { startChild } from '../harness/child.ts'
import type { Child } from '../harness/child.ts'
import type { Readers } from './readers.ts'
import type { StreamCommands } from './server.ts'

/** The results of one run at one number of open streams. */
export interface Found {
  readonly streams: number
  readonly rss: number
  readonly live: number
  readonly perSecond: number
  readonly cpuPerConnect: number
  readonly cpuPerUnicast: number
  readonly cpuPerBurst: number
  readonly bytesPerEvent: number
}

export interface StreamsPlan {
  readonly folder: string
  readonly steps: readonly number[]
  readonly events: number
  readonly profile?: string | undefined
}

interface Players {
  readonly server: Child<StreamCommands>
  readonly readers: Child<Readers>
  readonly port: number
}

const inFlight = 128
const eventsPerSecond = 1_000
const bursts = 3
const warmUpStreams = 500

/** A fresh server, to which more and more readers connect. */
export async function measure(
  side: 'ours' | 'baseline',
  { folder, steps, events, profile }: StreamsPlan,
): Promise<readonly Found[]> {
  const server = await startChild<StreamCommands>(folder, `test/bench/streams/${side}.js`, {
    core: 'server',
    profile: side === 'ours' ? profile : undefined,
  })
  const readers = await startChild<Readers>(folder, 'test/bench/streams/readers.js', {
    core: 'clients',
  })
  try {
    const port = await server.ask('listen')
    const players: Players = { server, readers, port }
    const tokens = await server.ask('prepare', Math.max(...steps))
    await warmUp(players, tokens.slice(0, warmUpStreams))
    await server.ask('residentSize')
    const found: Found[] = []
    let open = 0
    for (const streams of steps) {
      const coming = tokens.slice(open, streams)
      open = streams
      found.push({
        streams,
        ...(await measureOpening(players, coming)),
        rss: await server.ask('residentSize'),
        live: await server.ask('liveSize'),
        ...(await measureEvents(players, streams, events)),
      })
    }
    await leave(players)
    return found
  } finally {
    await Promise.all([server.stop(), readers.stop()])
  }
}

/** Code that has run a few thousand times, as in production, is compiled with more optimizations. */
async function warmUp(players: Players, tokens: readonly string[]): Promise<void> {
  await measureOpening(players, tokens)
  await measureEvents(players, tokens.length, 1_000)
  await leave(players)
}

async function measureOpening({ server, readers, port }: Players, tokens: readonly string[]) {
  const cpuBefore = await server.ask('cpuTime')
  const { ms } = await readers.ask('open', { port, tokens, inFlight })
  const cpu = (await server.ask('cpuTime')) - cpuBefore
  await readers.ask('received', tokens.length)
  return { perSecond: tokens.length / (ms / 1000), cpuPerConnect: cpu / tokens.length }
}

async function measureEvents({ server, readers }: Players, streams: number, count: number) {
  const { cpu } = await server.ask('unicast', {
    among: streams,
    count,
    perSecond: eventsPerSecond,
  })
  const { events, bytes } = await readers.ask('received', count)
  check(events, count)

  let cpuPerBurst = 0
  for (let burst = 0; burst < bursts; burst++) {
    cpuPerBurst += (await server.ask('burst', streams)).cpu / bursts
    check((await readers.ask('received', streams)).events, streams)
  }
  return { cpuPerUnicast: cpu, cpuPerBurst, bytesPerEvent: bytes / events }
}

function check(arrived: number, sent: number): void {
  if (arrived !== sent) throw new Error(`${arrived} of ${sent} events arrived`)
}

/** A server that keeps closed streams would connect faster and fail in production. */
async function leave({ server, readers }: Players): Promise<void> {
  await readers.ask('leave')
  for (let turns = 0; turns < 500; turns++) if ((await server.ask('size')) === 0) return
  throw new Error('streams are kept although their readers have left')
}
