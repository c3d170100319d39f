import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { InlineConfig, PluginOption } from 'vite'
import { setupOf } from './apps.ts'
import type { AppName } from './apps.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const fromApps = createRequire(at('package.json'))

type MakePlugin = (options?: object) => PluginOption

/** A plugin of a framework. It is not there when the repository is type-checked, so it has no types. */
async function plugin(name: string, exported: string, options?: object): Promise<PluginOption> {
  const url = pathToFileURL(fromApps.resolve(name)).href
  const make = ((await import(url)) as Readonly<Record<string, MakePlugin>>)[exported]
  if (!make) throw new Error(`${name} has no ${exported}`)
  return make(options)
}

const isCustomElement = (tag: string) => tag.includes('-')
const plugins = {
  react: () => plugin('@vitejs/plugin-react', 'default'),
  preact: () => plugin('@prefresh/vite', 'default'),
  vue: () =>
    plugin('@vitejs/plugin-vue', 'default', { template: { compilerOptions: { isCustomElement } } }),
  svelte: () => plugin('@sveltejs/vite-plugin-svelte', 'svelte', { configFile: false }),
  // It is compiled for pages that a server has rendered and for others alike.
  solid: () => plugin('vite-plugin-solid', 'default', { ssr: true }),
} satisfies Readonly<Record<string, () => Promise<PluginOption>>>

/** What the build and the development server of an app have in common. */
export async function configOf(name: AppName): Promise<InlineConfig> {
  const { plugin: framework, jsxImportSource, suffix = '' } = setupOf(name)
  const packages = ['react', 'react-dom'].map((it) => [it, at(`node_modules/${it}${suffix}`)])
  return {
    ...{ root: at('.'), configFile: false, mode: 'development', logLevel: 'error' },
    plugins: framework ? [await plugins[framework]()] : [],
    resolve: { alias: Object.fromEntries(packages) as Record<string, string> },
    define: { 'process.env.NODE_ENV': '"development"' },
    ...(jsxImportSource && {
      oxc: { jsx: { runtime: 'automatic', importSource: jsxImportSource } },
    }),
  }
}

/** What renders the app on a server, with everything that it needs in one file. */
export async function configOnServer(name: AppName): Promise<InlineConfig> {
  const config = await configOf(name)
  const onServer = { find: /^\.\.\/app\.js$/, replacement: at('src/app-on-server.js') }
  const packages = Object.entries(config.resolve?.alias ?? {}).map(([find, replacement]) => ({
    ...{ find, replacement: String(replacement) },
  }))
  return {
    ...config,
    resolve: { alias: [onServer, ...packages] },
    ssr: { noExternal: true },
    build: { ssr: true },
  }
}
