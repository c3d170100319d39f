import { fileURLToPath } from 'node:url'

// The packages are links into the repository.
const root = fileURLToPath(new URL('../../../..', import.meta.url))

export default { turbopack: { root }, outputFileTracingRoot: root }
