/* global window, document -- a stand-in for the provider's script: it notes what it is told, and draws a frame where it is told to. */
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
