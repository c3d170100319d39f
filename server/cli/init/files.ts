import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isLocal } from '../../ops/doctor/public-url.ts'
import { UsageError } from '../command.ts'

/** A file that `init` writes. */
export interface NewFile {
  readonly name: string
  readonly text: string
  /** Default: for the owner alone. */
  readonly mode?: number
}

/**
 * Writes all of them or none.
 *
 * @throws UsageError where one is there already: it may hold keys that a shop uses
 */
export function writeNew(folder: string, files: readonly NewFile[]): void {
  const taken = files.filter(({ name }) => existsSync(join(folder, name)))
  if (taken.length > 0) {
    const names = taken.map(({ name }) => name).join(', ')
    throw new UsageError(`${names} is there already, and init overwrites nothing.`)
  }
  for (const { name, text, mode = 0o600 } of files)
    writeFileSync(join(folder, name), text, { flag: 'wx', mode })
}

/** As Node, systemd and Docker Compose all read it. */
export const environmentFile = (settings: Readonly<Record<string, string>>): string =>
  [
    '# Made by netgiro-checkout init. It holds secrets: keep it out of version control.',
    ...Object.entries(settings).map(([name, value]) => `${name}=${quoted(name, value)}`),
    '',
  ].join('\n')

/** @param name - of the setting: its value may be a secret */
function quoted(name: string, value: string): string {
  if (/^[\w./:@%+=,-]*$/.test(value)) return value
  if (!value.includes("'")) return `'${value}'`
  if (!/["$`\\]/.test(value)) return `"${value}"`
  throw new UsageError(
    `A file of settings cannot hold the value of ${name}: leave out one kind of quotes.`,
  )
}

const healthProbe =
  "fetch('http://127.0.0.1:8787/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"

/** @returns the settings by which a container would look for other programs of this machine inside itself */
export const unreachableInContainer = (settings: Readonly<Record<string, string>>) =>
  ['NETGIRO_API_URL', 'WEBHOOK_URL'].filter((name) => {
    const url = settings[name] ?? ''
    // The server takes http for addresses of its own machine alone.
    return URL.canParse(url) && (url.startsWith('http:') || isLocal(url))
  })

/** The image is made here, from the package. */
export const composeFile = (version: string): string => `services:
  netgiro-checkout:
    build:
      dockerfile_inline: |
        FROM node:24-slim
        WORKDIR /app
        RUN npm install --omit=dev netgiro-checkout-server@${version} && install -d -o node /data
        USER node
        CMD ["node", "node_modules/netgiro-checkout-server/bin/netgiro-checkout.js", "serve"]
    env_file: .env
    environment:
      HOST: 0.0.0.0
      DATABASE_URL: file:/data/checkout.db
      # The proxy below: Docker passes its requests on from the gateway of the network, which is one of these.
      TRUSTED_PROXIES: 172.16.0.0/12
    # For a reverse proxy with TLS on this machine.
    ports: ['127.0.0.1:8787:8787']
    healthcheck:
      test: ['CMD', 'node', '-e', "${healthProbe}"]
      interval: 10s
      timeout: 3s
      start_period: 30s
    volumes: ['data:/data']
    restart: unless-stopped
    # The server finishes its calls to the provider first.
    stop_grace_period: 75s
    read_only: true
    # SQLite sorts there.
    tmpfs: ['/tmp:size=64m']
    cap_drop: [ALL]
    security_opt: ['no-new-privileges:true']
volumes:
  data:
`

/** Where the service keeps the database. */
export const serviceDatabase = 'file:/var/lib/netgiro-checkout/checkout.db'

/** Paths in folders that belong to somebody, and are usually closed to the service's own user. */
export const closedToService = (paths: readonly string[]): readonly string[] =>
  paths.filter((path) => /^\/(?:home|root)(?:\/|$)/.test(path))

/** [systemd.unit] `%` begins a specifier. */
const specified = (path: string): string => path.replaceAll('%', '%%')

/** [systemd.syntax] One word of a command line, with C-style escapes within quotes. */
const word = (path: string): string =>
  /[\s"'\\]/.test(path)
    ? `"${specified(path).replace(/["\\]/g, String.raw`\$&`)}"`
    : specified(path)

/** @param folder - where the package is installed and `.env` is */
export const systemdUnit = (folder: string, node: string): string => `[Unit]
Description=netgiro-checkout payment server
Wants=network-online.target
After=network-online.target

[Service]
DynamicUser=yes
StateDirectory=netgiro-checkout
StateDirectoryMode=0700
WorkingDirectory=/var/lib/netgiro-checkout
# Read by systemd itself, so that only root needs access.
EnvironmentFile=${specified(folder)}/.env
Environment=DATABASE_URL=${serviceDatabase}
ExecStart=${word(node)} ${word(`${folder}/node_modules/netgiro-checkout-server/bin/netgiro-checkout.js`)} serve
Restart=on-failure
RestartSec=2s
# The server finishes its calls to the provider first.
TimeoutStopSec=75s
NoNewPrivileges=yes
ProtectSystem=strict
PrivateTmp=yes
PrivateDevices=yes
CapabilityBoundingSet=
UMask=0077
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
`
