import { expect, it } from 'vitest'
import { printTypes } from './print-types.ts'

it('the types of the client are those of the OpenAPI document', async () => {
  await expect(await printTypes()).toMatchFileSnapshot('../../integrations/client/types.ts')
})
