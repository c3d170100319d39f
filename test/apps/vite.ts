import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { InlineConfig, PluginOption } from 'vite'

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
  solid: () => plugin('vite-plugin-solid', 'default'),
} satisfies Readonly<Record<string, () => Promise<PluginOption>>>

interface Setup {
  /** The folder of its source. */
  readonly folder: string
  readonly entry: string
  readonly plugin?: keyof typeof plugins
  /** Where JSX comes from, if no plugin says so. */
  readonly jsxImportSource?: string
  /** Of the packages of React. */
  readonly suffix?: string
}

/** The apps, each with its source. */
export const apps = {
  'React 19': { folder: 'react', entry: 'main.jsx', plugin: 'react' },
  'React 19 with the tag': { folder: 'react-tag', entry: 'main.jsx', plugin: 'react' },
  'React 18': { folder: 'react', entry: 'main.jsx', plugin: 'react', suffix: '-18' },
  Preact: { folder: 'preact', entry: 'main.jsx', plugin: 'preact', jsxImportSource: 'preact' },
  Angular: { folder: 'angular', entry: 'main.js' },
  'Vue 3': { folder: 'vue', entry: 'main.js', plugin: 'vue' },
  'Svelte 5': { folder: 'svelte', entry: 'main.js', plugin: 'svelte' },
  Solid: { folder: 'solid', entry: 'main.jsx', plugin: 'solid' },
  'a plain page': { folder: 'plain', entry: 'main.js' },
  htmx: { folder: 'htmx', entry: 'main.js' },
} satisfies Readonly<Record<string, Setup>>
export type AppName = keyof typeof apps

/** What the build and the development server of an app have in common. */
export async function configOf(name: AppName): Promise<InlineConfig> {
  const { plugin: framework, jsxImportSource, suffix = '' }: Setup = apps[name]
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
