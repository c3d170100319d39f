/**
 * `npm run test:engines`: the widget tests in Chromium, Firefox and WebKitGTK. `-- --engine firefox` for one of them, which
 * must then be there; `--file test/widget/form.test.ts` for some of the tests.
 */
import { parseArgs } from 'node:util'
import { engineNames, EngineMissing, findEngine } from './engines.ts'
import type { EngineName } from './engines.ts'
import { exceptions } from './exceptions.ts'
import { runWidgetTests } from './suite.ts'
import type { Result } from './suite.ts'

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: [...engineNames] },
    file: { type: 'string', multiple: true, default: [] },
  },
})
const isChosen = values.engine.length < engineNames.length
const say = (line: string) => void process.stdout.write(`${line}\n`)

const exceptionOf = (name: EngineName, { file, title }: Result) =>
  exceptions.find((one) => one.engine === name && one.file === file && title.startsWith(one.test))

/** Prints what an engine's results mean; returns how many are not as they should be. */
function report(name: EngineName, results: readonly Result[]): number {
  const counts = { passed: 0, excepted: 0, wrong: 0 }
  for (const result of results) {
    const exception = exceptionOf(name, result)
    const where = `${result.file}: ${result.title}`
    if (!exception === !result.failure) {
      counts[exception ? 'excepted' : 'passed']++
      if (exception) say(`– ${where}\n  ${exception.reason}`)
      continue
    }
    counts.wrong++
    say(`✘ ${where}\n  ${result.failure || 'passes, and must leave exceptions.ts'}`)
  }
  say(`${name}: ${counts.passed} passed, ${counts.excepted} exceptions, ${counts.wrong} failed`)
  return counts.wrong
}

const missing: string[] = []
for (const name of values.engine as EngineName[]) {
  try {
    const engine = await findEngine(name)
    say(`▸ ${name}: ${engine.executablePath}`)
    if (report(name, await runWidgetTests(engine.launcher(), values.file))) process.exitCode = 1
  } catch (error) {
    if (!(error instanceof EngineMissing)) throw error
    missing.push(error.message)
    if (isChosen) process.exitCode = 1
  }
}
for (const words of missing) say(`NOT TESTED: ${words}`)
