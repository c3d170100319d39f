import { fileURLToPath } from 'node:url'
import { esbuildPlugin } from '@web/dev-server-esbuild'
import { chromeLauncher } from '@web/test-runner-chrome'
import { a11ySnapshotPlugin } from '@web/test-runner-commands/plugins'
import { findBrowser } from './test/support/browser.mjs'

const { executablePath, env, args } = await findBrowser()
Object.assign(process.env, env)

export default {
  files: 'test/widget/**/*.test.ts',
  nodeResolve: true,
  // One page at a time: Chromium draws no frames for the others, and tests wait for frames.
  concurrency: 1,
  browsers: [chromeLauncher({ launchOptions: { executablePath, args: [...args] } })],
  plugins: [
    a11ySnapshotPlugin(),
    esbuildPlugin({
      ts: true,
      loaders: { '.css': 'text' },
      target: 'es2022',
      // The same reading of class fields as in the build.
      tsconfig: fileURLToPath(new URL('widget/tsconfig.json', import.meta.url)),
    }),
  ],
  testFramework: { config: { timeout: 10_000 } },
  coverageConfig: { include: ['widget/**/*.ts'] },
}
