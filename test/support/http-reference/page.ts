import { withParts } from '../marked-page.ts'
import { objectsText } from './objects.ts'
import { operationsText } from './operations.ts'

export const httpPage = 'docs/http.md'

/** The page with what is made from the OpenAPI document between its marks. */
export const renderHttpPage = (): Promise<string> =>
  withParts(httpPage, { operations: operationsText(), objects: objectsText() })
