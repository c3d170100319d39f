import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Rolldown } from 'vite'
import { setupOf } from './apps.ts'
import type { AppName } from './apps.ts'
import { configOf } from './vite.ts'

/** One script with the app, its framework and the built element. */
export async function bundleApp(name: AppName): Promise<string> {
  const { folder, entry } = setupOf(name)
  const built = await build({
    ...(await configOf(name)),
    build: {
      ...{ write: false, minify: false, target: 'es2022', modulePreload: false },
      rolldownOptions: {
        input: fileURLToPath(new URL(`src/${folder}/${entry}`, import.meta.url)),
        output: { codeSplitting: false },
      },
    },
  })
  const [{ output }] = [built].flat() as [Rolldown.RolldownOutput]
  return output[0].code
}
