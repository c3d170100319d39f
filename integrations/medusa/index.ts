/** A Medusa module provider: name it under `providers` of the payment module in `medusa-config.ts`. */
import { ModuleProvider, Modules } from '@medusajs/framework/utils'
import { NetgiroProvider } from './provider.ts'

export type { NetgiroOptions } from './options.ts'
export { NetgiroProvider }

export default ModuleProvider(Modules.PAYMENT, { services: [NetgiroProvider] })
