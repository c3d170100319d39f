import { isLoopback } from './addresses.ts'
import type { Problems, Reading } from './rules.ts'
import { isPlaceholder } from './strength.ts'

/** [netgiro] published in the documents, and valid for the test environment only. */
const sandbox = {
  appId: '881E674F-7891-4C20-AFD8-56FE2624C4B5',
  secretKey:
    'YCFd6hiA8lUjZejVcIf/LhRXO4wTDxY0JhOXvQZwnMSiNynSxmNIMjMf1HHwdV6cMN48NX3ZipA9q9hLPb9C1ZIzMH5dvELPAHceiu7LbZzmIAGeOf/OUaDrk2Zq2dbGacIAzU6yyk4KmOXRaSLi8KW8t3krdQSX7Ecm8Qunc/A=',
}

/** [netgiro] every host of the test environment has `test` in its name. */
const isOfNetgiro = (url: string) => /(?:^|\.)netgiro\.is$/.test(new URL(url).hostname)
const isLive = (url: string) => isOfNetgiro(url) && !/(?:^|\.)test\./.test(new URL(url).hostname)

type Account = 'NETGIRO' | 'NETGIRO_PREVIOUS'

export function* netgiroProblems(reading: Reading): Problems {
  yield* urlProblems(reading, 'NETGIRO')
  yield* credentialProblems(reading, 'NETGIRO')
  const parts = ['API', 'API_URL', 'APP_ID', 'SECRET_KEY'] as const
  if (parts.every((part) => reading.isSet(`NETGIRO_PREVIOUS_${part}`))) {
    yield* urlProblems(reading, 'NETGIRO_PREVIOUS')
    yield* credentialProblems(reading, 'NETGIRO_PREVIOUS')
  }
  yield* callbackProblems(reading)
}

function* urlProblems({ settings }: Reading, account: Account): Problems {
  const url = settings[`${account}_API_URL`]
  const api = settings[`${account}_API`]
  if (!url || !isOfNetgiro(url)) return
  // [netgiro] testing: the hosts api.… serve both versions, each below its own path; the former host has another one.
  const { hostname, pathname } = new URL(url)
  const isOther = hostname.startsWith('api.') ? pathname !== `/${api}` : isOfOther(url, api)
  if (api && isOther) yield [`${account}_API_URL`, `must end in /${api}, as ${account}_API says`]
  const partnerUrl = settings.NETGIRO_PARTNER_API_URL
  if (partnerUrl && isOfNetgiro(partnerUrl) && isLive(partnerUrl) !== isLive(url))
    yield ['NETGIRO_PARTNER_API_URL', 'must be of the same environment as NETGIRO_API_URL']
}

const isOfOther = (url: string, api: string | undefined | null) =>
  /\/v[12]$/.test(url) && !url.endsWith(`/${api}`)

function* credentialProblems(reading: Reading, account: Account): Problems {
  const { settings, allowInsecure } = reading
  const url = settings[`${account}_API_URL`]
  if (!url || !isOfNetgiro(url) || allowInsecure) return
  const credentials = [
    [`${account}_APP_ID`, sandbox.appId],
    [`${account}_SECRET_KEY`, sandbox.secretKey],
  ] as const
  for (const [name, published] of credentials) {
    const value = settings[name] ?? ''
    if (isPlaceholder(value)) yield [name, 'holds only a placeholder that stands in examples']
    if (isLive(url) && value.toLowerCase() === published.toLowerCase())
      yield [name, 'is of the published sandbox: the live API needs your own']
  }
}

/** [netgiro] with callback the sale is completed by our response, so a callback that does not arrive cancels it. */
function* callbackProblems({ settings }: Reading): Problems {
  const { NETGIRO_API_URL: apiUrl, PUBLIC_URL: publicUrl } = settings
  if (settings.NETGIRO_CONFIRMATION !== 'callback' || !apiUrl || !publicUrl) return
  if (isOfNetgiro(apiUrl) && isLoopback(new URL(publicUrl).hostname))
    yield ['NETGIRO_CONFIRMATION', 'callback needs a PUBLIC_URL that Netgíró can reach']
}
