import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { UsageError } from './command.ts'
import type { CliCommand } from './command.ts'
import { answersOf } from './init/answers.ts'
import type { Ask } from './init/answers.ts'
import { closedToService, composeFile, environmentFile, serviceDatabase } from './init/files.ts'
import { systemdUnit, unreachableInContainer, writeNew } from './init/files.ts'
import { settingsOf } from './init/settings.ts'
import { packageVersion } from './package-version.ts'

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
const options = {
  ...{ netgiro: text, name: text, shop: text, 'public-url': text, 'webhook-url': text },
  ...{ compose: flag, systemd: flag },
} as const

/**
 * Writes `.env` with fresh keys into a folder and prints what comes next. Overwrites nothing.
 *
 * @param ask - null where nobody can answer: then flags must tell everything
 * @param node - what a service runs
 */
export const initIn =
  (folder: string, ask: Ask | null, node = process.execPath): CliCommand =>
  async (args, { env, say }) => {
    const { values } = parseArgs({ args: [...args], options })
    const answers = await answersOf(values, ask).catch(nullWhereLeft)
    if (!answers) {
      // Below the question.
      say('\nNothing was written.')
      return exitCodeWhereLeft
    }
    const settings = settingsOf(answers, env)
    if (values.compose) refuseOwnMachine(settings)
    const files = [
      { name: '.env', text: environmentFile(settings) },
      ...(values.compose
        ? [{ name: 'docker-compose.yml', text: composeFile(packageVersion()), mode: 0o644 }]
        : []),
      ...(values.systemd
        ? [
            {
              name: 'netgiro-checkout.service',
              text: systemdUnit(folder, node),
              mode: 0o644,
            },
          ]
        : []),
    ]
    writeNew(folder, files)
    say(`Written: ${files.map(({ name }) => name).join(', ')}`)
    const closed = closedToService(values.systemd ? [node, folder] : [])
    if (closed.length > 0) say(moveOut(closed))
    say(nextSteps(settings, answers.netgiro === 'simulator', values))
    return 0
  }

/** As of a program that SIGINT has ended. */
const exitCodeWhereLeft = 130

/** [node] A question that Ctrl-C or Ctrl-D answers is rejected with an AbortError. */
function nullWhereLeft(error: unknown): null {
  if (error instanceof Error && error.name === 'AbortError') return null
  throw error
}

/** In the folder where it is run; asks on a terminal. */
export const init: CliCommand = (args, context) => {
  const folder = process.cwd()
  if (!process.stdin.isTTY) return initIn(folder, null)(args, context)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const ask: Ask = (question, byDefault) =>
    terminal.question(byDefault === null ? `${question}: ` : `${question} [${byDefault}]: `)
  return initIn(folder, ask)(args, context).finally(() => terminal.close())
}

/** @throws UsageError where a container could not take a payment */
function refuseOwnMachine(settings: Readonly<Record<string, string>>): void {
  const names = unreachableInContainer(settings)
  if (names.length === 0) return
  throw new UsageError(
    `A container would look for ${names.join(', ')} inside itself. Leave out --compose, and on this machine run npx netgiro-checkout serve, with the simulator beside npx netgiro-checkout simulate.`,
  )
}

const moveOut = (paths: readonly string[]): string =>
  `The service has a user of its own, which usually cannot use ${paths.join(' and ')}: have Node and the package elsewhere, such as in /usr/bin and /opt/netgiro-checkout, and run init there.`

function nextSteps(
  settings: Readonly<Record<string, string>>,
  isSimulated: boolean,
  { compose, systemd }: { readonly compose: boolean; readonly systemd: boolean },
): string {
  const url = settings['PUBLIC_URL'] ?? ''
  const unfilled = Object.keys(settings).filter((name) => settings[name] === '')
  return [
    ...(unfilled.length > 0 ? [`Fill in by hand: ${unfilled.join(', ')}`] : []),
    '',
    isSimulated
      ? 'The simulator, in another terminal: npx netgiro-checkout simulate'
      : `Behind a reverse proxy on this machine, add to .env: TRUSTED_PROXIES=127.0.0.1${compose ? ' (docker-compose.yml has its own)' : ''}`,
    '',
    'Check:  npx netgiro-checkout doctor --env-file .env',
    'Run:    npx netgiro-checkout serve --env-file .env',
    ...(compose ? ['   or:  docker compose up --build --detach'] : []),
    ...(systemd
      ? [
          '   or:  sudo cp netgiro-checkout.service /etc/systemd/system/, then sudo systemctl enable --now netgiro-checkout',
          `         Other commands as root, with: export DATABASE_URL=${serviceDatabase}`,
        ]
      : []),
    '',
    "On the shop's page, with the session that POST /v1/checkouts returns to the shop's server:",
    '',
    `  <script type="module" src="${url}/netgiro-checkout.js"></script>`,
    '  <netgiro-checkout session="cs_…"></netgiro-checkout>',
  ].join('\n')
}
