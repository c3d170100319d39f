import { defineConfig } from 'vitest/config'

/** Separate from the other tests, because these need the output of `npm run build`. */
export default defineConfig({
  test: { include: ['test/packages/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 60_000 },
})
