import { fileURLToPath } from 'node:url'
import { relative } from 'node:path'
import { startTestRunner } from '@web/test-runner'
import type { BrowserLauncher, TestSession } from '@web/test-runner'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Result {
  /** From the repository's root. */
  readonly file: string
  /** With the titles of the groups before it. */
  readonly title: string
  /** Why it failed; empty if it passed. */
  readonly failure: string
}

type Group = NonNullable<TestSession['testResults']>

function* testsIn(group: Group, before = ''): Generator<Omit<Result, 'file'>> {
  for (const { name, passed, error } of group.tests) {
    const failure = passed ? '' : `${error?.message ?? 'failed'}\n${error?.stack ?? ''}`
    yield { title: before + name, failure }
  }
  for (const suite of group.suites) yield* testsIn(suite, `${before}${suite.name} `)
}

function resultsOf({ testFile, testResults, errors }: TestSession): Result[] {
  const file = relative(root, testFile)
  const tests = testResults ? [...testsIn(testResults)] : []
  const broken = errors.map(({ message }) => ({ title: 'the file', failure: message }))
  if (!tests.length && !broken.length) broken.push({ title: 'the file', failure: 'ran no test' })
  return [...tests, ...broken].map((one) => ({ file, ...one }))
}

/** Runs the widget tests in one engine. */
export async function runWidgetTests(
  launcher: BrowserLauncher,
  files: readonly string[],
): Promise<Result[]> {
  const { default: config } = await import('../../web-test-runner.config.mjs')
  const runner = await startTestRunner({
    config: {
      ...config,
      ...{ rootDir: root, browsers: [launcher], reporters: [] },
      ...(files.length && { files: [...files] }),
    },
    ...{ readCliArgs: false, readFileConfig: false, autoExitProcess: false },
  })
  if (!runner) throw new Error('the runner did not start')
  await new Promise((resolve) => runner.on('stopped', resolve))
  return [...runner.sessions.all()].flatMap(resultsOf)
}
