import type { Config } from '../../config.ts'
import { addressProbePath } from '../probe-routes.ts'
import type { AddressProbe } from '../probe-routes.ts'
import { probeHeader } from '../probe.ts'
import type { ProbeMarks } from '../probe.ts'
import { note, ok, whyNoAnswer, wrong } from './finding.ts'
import type { Finding } from './finding.ts'
import { isLocal } from './public-url.ts'

const patience = 10_000

/** Whether the server can tell shoppers apart by their addresses, through whatever stands before it. No address is told. */
export async function checkAddresses({ publicUrl }: Config, marks: ProbeMarks): Promise<Finding> {
  const mark = marks.make('address')
  try {
    const response = await fetch(publicUrl + addressProbePath, {
      headers: { [probeHeader]: mark },
      redirect: 'manual',
      signal: AbortSignal.timeout(patience),
    })
    const text = await response.text()
    if (!marks.isGood('answer', response.headers.get(probeHeader), mark))
      return note("The server does not tell what it sees of a shopper's address: is it older?")
    return judge(JSON.parse(text) as AddressProbe, publicUrl)
  } catch (error) {
    return wrong(
      `What the server sees of a shopper's address cannot be asked (${whyNoAnswer(error)})`,
      'GET must be let through to /v1/session/.',
    )
  }
}

function judge({ forwarding, isPublic }: AddressProbe, publicUrl: string): Finding {
  if (forwarding === 'not_trusted') {
    return wrong(
      'A proxy stands before the server and is not trusted: all shoppers behind it count as one',
      'Set TRUSTED_PROXIES to the address that the proxy connects from; the log of the server names it.',
    )
  }
  if (forwarding === 'unreadable') {
    return wrong(
      "The proxy's X-Forwarded-For cannot be read: all shoppers behind it count as one",
      'It must append the address that it was connected from (nginx: $proxy_add_x_forwarded_for).',
    )
  }
  if (forwarding === 'believed') return ok("Shoppers' addresses come through the proxy")
  if (isPublic || isLocal(publicUrl)) return ok("Shoppers' addresses are seen")
  return note(
    'This request came from a private address without X-Forwarded-For. If there is a proxy, it must add that header',
  )
}
