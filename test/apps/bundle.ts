import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { InlineConfig, Rolldown } from 'vite'
import type { Order } from './app.d.ts'
import { setupOf } from './apps.ts'
import type { AppName } from './apps.ts'
import { configOf, configOnServer } from './vite.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** One script with the app, its framework and the built element. */
export async function bundleApp(name: AppName): Promise<string> {
  const { folder, entry } = setupOf(name)
  return bundle(await configOf(name), at(`src/${folder}/${entry}`))
}

/** What a server sends of the app, as its framework renders it there. */
export async function renderApp(
  name: AppName,
  page: { readonly orders: readonly Order[]; readonly server: string },
): Promise<string> {
  const { folder, entry } = setupOf(name)
  const script = await bundle(
    await configOnServer(name),
    at(`src/${folder}/server${extname(entry)}`),
  )
  mkdirSync(at('.cache'), { recursive: true })
  const output = mkdtempSync(at('.cache/server-'))
  try {
    const file = join(output, 'server.mjs')
    writeFileSync(file, script)
    const env = { ...process.env, PAGE: JSON.stringify(page) }
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
      ...{ env, encoding: 'utf8' },
    })
    if (status !== 0) throw new Error(stderr)
    // Angular writes into its element.
    return stdout.includes('id="app"') ? stdout : `<div id="app">${stdout}</div>`
  } finally {
    rmSync(output, { recursive: true })
  }
}

async function bundle(config: InlineConfig, input: string): Promise<string> {
  const built = await build({
    ...config,
    build: {
      ...config.build,
      ...{ write: false, minify: false, target: 'es2022', modulePreload: false },
      rolldownOptions: { input, output: { codeSplitting: false } },
    },
  })
  const [{ output }] = [built].flat() as [Rolldown.RolldownOutput]
  return output[0].code
}
