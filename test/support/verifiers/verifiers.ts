import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Delivery {
  readonly headers: Readonly<Record<string, string>>
  /** The bytes as received, because the signature is over them. */
  readonly raw: Buffer
}

export interface Verifier {
  readonly language: string
  /** Throws when the program itself fails: that is no refusal. */
  readonly isGenuine: (delivery: Delivery, secret: string) => boolean
}

const refused = 3
const place = (file: string) => fileURLToPath(new URL(file, import.meta.url))

const atLeast = 'import sys; sys.exit(sys.version_info < (3, 9))'

/** The same check in languages that are not ours. Not every machine has them all. */
const candidates = [
  { language: 'Python', command: 'python3', script: place('verify.py'), try: ['-c', atLeast] },
  { language: 'Python', command: 'python', script: place('verify.py'), try: ['-c', atLeast] },
  {
    language: 'openssl',
    command: 'sh',
    script: place('verify.sh'),
    try: ['-c', 'openssl version'],
  },
]

/** Those that this machine can run, each language once. */
export function findVerifiers(): readonly Verifier[] {
  const found = new Map<string, Verifier>()
  for (const { language, command, script, try: attempt } of candidates) {
    const isThere = spawnSync(command, attempt, { stdio: 'ignore' }).status === 0
    if (found.has(language) || !isThere) continue
    const isGenuine = (delivery: Delivery, secret: string) =>
      run([command, script, secret], delivery)
    found.set(language, { language, isGenuine })
  }
  return [...found.values()]
}

function run([command = '', ...args]: readonly string[], { headers, raw }: Delivery): boolean {
  const { status, stderr } = spawnSync(command, args, {
    input: raw,
    env: {
      ...process.env,
      WEBHOOK_ID: headers['webhook-id'],
      WEBHOOK_TIMESTAMP: headers['webhook-timestamp'],
      WEBHOOK_SIGNATURE: headers['webhook-signature'],
    },
  })
  if (status === 0) return true
  if (status === refused) return false
  throw new Error(`${command} failed (${status ?? 'killed'}): ${stderr.toString()}`)
}
