import { NetgiroRail } from './netgiro.ts'
import { netgiroV1, v1 } from './netgiro-v1.ts'
import type { RailKind } from './rail.ts'

/** V1 at a point of sale, where customers are also known by a kennitala and a code, or by a code from the app. */
export const netgiroPos: RailKind = {
  ...netgiroV1,
  open: (options) => NetgiroRail.open(v1('pos'), options),
}
