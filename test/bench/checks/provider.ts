import { lightServer } from '../harness/light-server.ts'
import { listen } from '../harness/listen.ts'
import { serveRequests } from '../harness/rpc-child.ts'
import { providerAnswer, stillWaiting } from '../harness/provider-answer.ts'

/** Answers every CheckCart with the same "not yet", and records the time of each. */
const asked = new Map<string, number[]>()
let isNoting = false
let answer = ''

const server = lightServer((_, body) => {
  if (isNoting) {
    const times = asked.get(body)
    if (times) times.push(performance.now())
    else asked.set(body, [performance.now()])
  }
  return answer
})

const commands = {
  async listen() {
    const port = await listen(server)
    answer = providerAnswer(`http://127.0.0.1:${port}/v1/Checkout/CheckCart`, stillWaiting)
    return port
  },
  note() {
    isNoting = true
  },
  /** The times between two polls about the same cart, in milliseconds. */
  gaps: () =>
    [...asked.values()].flatMap((times) =>
      times.slice(1).map((time, index) => time - (times[index] ?? NaN)),
    ),
}

export type CheckProvider = typeof commands
serveRequests(commands)
