import { spawn } from 'node:child_process'
import { driverModule } from '../../server/store/sqlite.ts'

/** Another program on the machine that opens the database by itself: a viewer, a backup tool, a shell that runs `VACUUM`. */
export function secondProgram(path: string, code: string) {
  const prelude = `
    const driver = require(${JSON.stringify(driverModule)})
    const database = new (driver.DatabaseSync ?? driver)(${JSON.stringify(path)})
    database.exec('pragma busy_timeout = 60000')
    `
  const child = spawn(process.execPath, ['--no-warnings', '-e', prelude + code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { child, ended, said: () => said }
}
