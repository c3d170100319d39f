import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listen } from '../../server/listening.ts'
import type { Listener } from '../../server/listening.ts'
import { pay, receiptKeys, receiptOf } from '../support/receipts.ts'
import { startTestServer } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'

interface Language {
  readonly name: string
  /** Of its block on the page. */
  readonly fence: string
  readonly commands: readonly string[]
  /** Ends with 0 where everything that the block needs is there. */
  readonly isThere: readonly string[]
  readonly file: string
  /** Around the block: calls the function with the case of the environment, as often as that says, and prints the last amount. */
  readonly before?: string
  readonly after: string
}

/** How a program says that it has refused a receipt. */
const refused = 3

const languages: readonly Language[] = [
  {
    ...{ name: 'Node', fence: 'js', file: 'receipt.mjs' },
    commands: [process.execPath],
    isThere: ['--version'],
    after: `
const { receipt, order, isTriedBefore } = JSON.parse(process.env.CASE)
if (isTriedBefore) await verifyReceipt(receipt, order).catch(() => {})
try {
  console.log((await verifyReceipt(receipt, order)).amount)
} catch (error) {
  console.error(String(error))
  process.exit(${refused})
}`,
  },
  {
    ...{ name: 'PHP', fence: 'php', file: 'receipt.php' },
    commands: ['php'],
    isThere: ['-r', 'exit(PHP_VERSION_ID >= 80100 && extension_loaded("sodium") ? 0 : 1);'],
    before: '<?php\ndeclare(strict_types=1);\n',
    after: `
['receipt' => $receipt, 'order' => $order, 'isTriedBefore' => $again] = json_decode(getenv('CASE'), true);
try {
    $again && @verifyReceipt($receipt, $order);
} catch (Throwable) {
}
try {
    echo verifyReceipt($receipt, $order)['amount'], "\\n";
} catch (Exception $error) {
    fwrite(STDERR, (string) $error);
    exit(${refused});
}`,
  },
  {
    ...{ name: 'Python', fence: 'python', file: 'receipt.py' },
    commands: ['python3', 'python'],
    isThere: [
      '-c',
      'import cryptography.hazmat.primitives.asymmetric.ed25519, sys; sys.exit(sys.version_info < (3, 9))',
    ],
    after: `
import os
import sys
from cryptography.exceptions import InvalidSignature

case = json.loads(os.environ["CASE"])
try:
    case["isTriedBefore"] and verify_receipt(case["receipt"], case["order"])
except Exception:
    pass
try:
    print(verify_receipt(case["receipt"], case["order"])["amount"])
except (InvalidSignature, ValueError, KeyError) as error:
    print(repr(error), file=sys.stderr)
    sys.exit(${refused})`,
  },
]

const page = readFileSync('docs/receipts.md', 'utf8')

const blockOf = (fence: string): string =>
  new RegExp(`^\`\`\`${fence}\\n([^]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? ''

interface Order {
  readonly checkout: string
  readonly reference: string
  readonly amount: number
  readonly currency: string
}

let testServer: TestServer
let folder: string
let receipt: string
/** With the same key and content, from another address. */
let foreign: string
/** The same of a server behind a gateway. */
let behindGateway: string
let order: Order
let gateway: Listener
/** Whether the gateway answers by itself, because it finds no server. */
let isDown = false
beforeAll(async () => {
  let keys = ''
  const server = createServer((_, response) => {
    response.writeHead(isDown ? 503 : 200, { 'content-type': 'application/json' })
    response.end(isDown ? '{"message":"no healthy upstream"}' : keys)
    isDown = false
  })
  gateway = await listen(server)
  folder = mkdtempSync(join(tmpdir(), 'receipts-'))
  testServer = await startTestServer({
    env: { RECEIPT_KEY: `${receiptKeys.new},${receiptKeys.old}` },
  })
  const created = await pay(testServer)
  receipt = (await receiptOf(testServer, created)) ?? ''
  await testServer.reconfigure({ PUBLIC_URL: 'https://pay.other.is' })
  foreign = (await receiptOf(testServer, created)) ?? ''
  await testServer.reconfigure({ PUBLIC_URL: gateway.url })
  behindGateway = (await receiptOf(testServer, created)) ?? ''
  keys = await (await fetch(`${testServer.url}/.well-known/jwks.json`)).text()
  await testServer.reconfigure({ PUBLIC_URL: testServer.url })
  const { id: checkout, reference } = created
  order = { checkout, reference, amount: 12_990, currency: 'ISK' }
})
afterAll(async () => {
  await testServer.close()
  await gateway.close()
  rmSync(folder, { recursive: true })
})

interface Given {
  readonly receipt: string
  readonly order: Order
  /** Whether the same process has tried it once before. */
  readonly isTriedBefore?: boolean
}

/** Runs the block of the page, with the address of the payment server in the place of the page's. */
async function run(
  { file, fence, before = '', after }: Language,
  command: string,
  { isTriedBefore = false, ...rest }: Given,
  issuer = testServer.url,
) {
  const given = { ...rest, isTriedBefore }
  const path = join(folder, file)
  const block = blockOf(fence).replace('https://pay.shop.is', issuer)
  writeFileSync(path, `${before}${block}${after}\n`)
  const env = { ...process.env, CASE: JSON.stringify(given) }
  const child = spawn(command, [path], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => (printed[name] += chunk.toString()))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { code, ...printed }
}

const otherBits = (text: string) =>
  Buffer.from(Buffer.from(text, 'base64url').map((byte) => byte ^ 1)).toString('base64url')

function forgeries() {
  const [header = '', content = '', signature = ''] = receipt.split('.')
  const withHeader = (change: object) => {
    const known = JSON.parse(Buffer.from(header, 'base64url').toString()) as object
    const changed = Buffer.from(JSON.stringify({ ...known, ...change })).toString('base64url')
    return [changed, content, signature].join('.')
  }
  return {
    'without a signature': `${header}.${content}.`,
    'with another signature': [header, content, otherBits(signature)].join('.'),
    'with another content': [header, otherBits(content), signature].join('.'),
    'that says it needs no signature': withHeader({ alg: 'none' }),
    'that is another kind of token': withHeader({ typ: 'JWT' }),
    'of a key that is not published': withHeader({ kid: 'x' }),
  }
}

describe.each(languages)('what the page says for $name', (language) => {
  const command = language.commands.find(
    (name) => spawnSync(name, language.isThere, { stdio: 'ignore' }).status === 0,
  )
  // `npm test` needs nothing but Node, so this is said and does not fail.
  if (command === undefined)
    console.warn(`\n⚠ NOT CHECKED: ${language.name} or its library is not here: receipts.md\n`)
  const test = it.skipIf(command === undefined)
  const verify = (given: Given, issuer?: string) => run(language, command ?? '', given, issuer)

  test('accepts the receipt of a paid order', async () => {
    expect(await verify({ receipt, order })).toEqual({ code: 0, stdout: '12990\n', stderr: '' })
  })

  test.each(Object.keys({ checkout: 0, reference: 0, amount: 0, currency: 0 }))(
    'refuses the receipt for an order whose %s is another one',
    async (field) => {
      const other = { ...order, [field]: field === 'amount' ? 12_991 : 'other' }
      expect(await verify({ receipt, order: other })).toMatchObject({ code: refused, stdout: '' })
    },
  )

  test('refuses the receipt of another payment server', async () => {
    expect((await verify({ receipt: foreign, order })).code).toBe(refused)
  })

  test('accepts a receipt again after a gateway has answered in the place of the keys', async () => {
    isDown = true
    const given = { receipt: behindGateway, order, isTriedBefore: true }
    expect(await verify(given, gateway.url)).toMatchObject({ code: 0, stdout: '12990\n' })
    expect(isDown).toBe(false)
  })

  test('refuses every forgery', async () => {
    for (const [name, forged] of Object.entries(forgeries()))
      expect([name, (await verify({ receipt: forged, order })).code]).toEqual([name, refused])
  })
})
