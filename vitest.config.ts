import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'test/server/**/*.test.ts',
      'test/providers/**/*.test.ts',
      'test/simulator/**/*.test.ts',
      'test/simulator-kit/**/*.test.ts',
      'test/avarda-simulator/**/*.test.ts',
      'test/ops/**/*.test.ts',
      'test/money/**/*.test.ts',
      'test/*.test.ts',
    ],
    testTimeout: 20_000,
  },
})
