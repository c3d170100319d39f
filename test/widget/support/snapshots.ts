import { formStates as formStatesWith } from '../../../demo/gallery/states.ts'

export { posStates, snapshot, states } from '../../../demo/gallery/states.ts'

export const form = {
  script: '/test/widget/support/form-script.js',
  settings: { purchaseId: 'abcdef0123456789' },
} as const

/** Every state of `<avarda-checkout>`. */
export const formStates = formStatesWith(form.script)
