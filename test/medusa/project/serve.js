/** Runs the shop as `medusa start` does, on a port of its own choosing, and prints one line of JSON when it listens. */
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { seed } from './seed.js'

const require = createRequire(import.meta.url)
const directory = import.meta.dirname

const { default: loadMedusa } = require('@medusajs/medusa/loaders/index')
const express = createRequire(require.resolve('@medusajs/medusa/package.json'))('express')

const app = express()
const { container } = await loadMedusa({ directory, expressApp: app })
const seeded = process.argv.includes('--seed') ? await seed(container) : null
const server = createServer(app).listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: server.address().port, ...seeded }))
})
// Ends with the test that started it.
process.stdin.on('end', () => process.exit(0)).resume()
