import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { merchantKey } from '../support/test-server.ts'
import type { TestServer } from '../support/test-server.ts'
import { cases, startAnswerServer } from './answers.ts'
import type { AnswerServer } from './answers.ts'
import { startConformanceServer } from './server.ts'

const integrations = fileURLToPath(new URL('../../integrations/', import.meta.url))

const languages = [
  {
    language: 'Python',
    commands: ['python3', 'python'],
    isThere: ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))'],
    // Leaves no compiled files beside the sources.
    program: ['-B', 'python/tests/conformance.py'],
  },
  {
    language: 'PHP',
    commands: ['php'],
    isThere: ['-r', 'exit(PHP_VERSION_ID >= 80100 && extension_loaded("curl") ? 0 : 1);'],
    program: ['php/tests/conformance.php'],
  },
]

let testServer: TestServer | null = null
let answerServer: AnswerServer | null = null
afterEach(async () => {
  await Promise.all([testServer?.close(), answerServer?.close()])
  testServer = answerServer = null
})

/** How the program ends, and what it prints. */
function run(command: string, [...args]: readonly string[], url: string, answersUrl: string) {
  const env = {
    ...process.env,
    ...{ NETGIRO_URL: url, NETGIRO_KEY: merchantKey, ANSWERS_URL: answersUrl },
    CONFORMANCE: `${integrations}conformance`,
  }
  const child = spawn(command, args, { cwd: integrations, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const output of [child.stdout, child.stderr])
    output.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  return new Promise<{ code: number | null; printed: string }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, printed }))
  })
}

it.for(languages)(
  'the library for $language passes the conformance files',
  async (one, context) => {
    const { language, commands, isThere, program } = one
    const command = commands.find((name) => spawnSync(name, isThere).status === 0)
    if (command === undefined) {
      // `npm test` needs nothing but Node, so this is said and does not fail.
      const lack = `${language} is not here: its library was not tried.`
      console.warn(`\n⚠ NOT CHECKED: ${lack}\n`)
      context.skip(lack)
      return
    }
    testServer = await startConformanceServer()
    answerServer = await startAnswerServer()
    const { code, printed } = await run(command, program, testServer.url, answerServer.url)
    expect(printed).toMatch(/^\d+ checked\n$/)
    expect(code).toBe(0)
    const answers = answerServer
    const differences = cases.map(({ name }, number) => ({
      name,
      is: answers.differenceOf(number),
    }))
    expect(differences.filter(({ is }) => is !== null)).toEqual([])
  },
)
