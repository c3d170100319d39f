/* global window, document -- a fake of the provider's script: it records its options and adds an iframe to the given container. */
window.formScriptRuns = (window.formScriptRuns ?? 0) + 1
window.formInits = window.formInits ?? []
window.AvardaCheckOutClient = {
  init(options) {
    window.formInits.push(options)
    const frame = document.createElement('iframe')
    frame.id = 'mainiFrame'
    frame.title = 'Payment form'
    document.getElementById(options.divId).append(frame)
  },
}
