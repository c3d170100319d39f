import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Rolldown } from 'vite'
import { apps, configOf } from './vite.ts'
import type { AppName } from './vite.ts'

/** One script with the app, its framework and the built element. */
export async function bundleApp(name: AppName): Promise<string> {
  const { folder, entry } = apps[name]
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
