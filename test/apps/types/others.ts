import type {} from 'netgiro-checkout/types/svelte'
import type {} from 'netgiro-checkout/types/vue'
import type { SvelteHTMLElements } from 'svelte/elements'
import type { GlobalComponents } from 'vue'

export const svelte: SvelteHTMLElements['netgiro-checkout'] = {
  session: 'cs_1',
  'onnetgiro-paid': ({ snapshot }) => void snapshot.amount.toFixed(),
}
export const vue: InstanceType<GlobalComponents['netgiro-checkout']>['$props'] = {
  session: 'cs_1',
  'onNetgiro-paid': ({ snapshot }) => void snapshot.amount.toFixed(),
}
