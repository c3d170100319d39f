/* global window, document, location */
/**
 * Simulates Avarda's browser script: the same global name and options, but none of its code. It draws the form into
 * the page and exchanges messages with it.
 */
;(() => {
  const base = new URL('..', document.currentScript.src)
  /** The form that was drawn last. */
  let current

  function init(options) {
    const host = document.getElementById(options.divId)
    if (!host)
      throw new Error(`AvardaCheckOutClient: there is no element with the id ${options.divId}.`)
    // Like the real script it appends: a page that calls init again clears the element first.
    const spinner = makeSpinner()
    const frame = makeFrame(options)
    host.append(spinner, frame)
    current = { options, frame, spinner }
    listen(current)
  }

  function updateItems() {
    if (current) post(current, { type: 'reload' })
  }

  function listen(form) {
    const onMessage = (event) => {
      if (!form.frame.isConnected) return void window.removeEventListener('message', onMessage)
      if (event.origin !== base.origin || event.source !== form.frame.contentWindow) return
      reactions[event.data?.type]?.(form, event.data)
    }
    window.addEventListener('message', onMessage)
  }

  const reactions = {
    ready: ({ spinner }) => spinner.remove(),
    height: ({ frame }, { pixels }) => void (frame.style.height = `${Number(pixels)}px`),
    // It carries no outcome: only the server can ask for that.
    done: ({ options }) => void options.done?.(options.purchaseId),
    beforeComplete: (form, { paymentMethod, data }) =>
      ask(form, 'beforeComplete', (result) => {
        const { beforeCompleteHook: hook, purchaseId } = form.options
        if (!hook) return void result.continue()
        hook({ ...result, message: { data } }, purchaseId, paymentMethod)
      }),
    deliveryAddress: (form, { customerInfo }) =>
      ask(form, 'deliveryAddress', (result) => {
        const { updateDeliveryAddressHook: hook } = form.options
        if (!hook) return void result.continue()
        hook(result, customerInfo)
      }),
    redirect(_form, { url }) {
      const target = new URL(url, base)
      if (target.origin === base.origin) location.assign(target)
    },
  }

  /** Lets the page's hook respond once, now or later. */
  function ask(form, question, put) {
    let answered = false
    const answer = (message) => {
      if (answered) return
      answered = true
      post(form, { type: 'answer', question, ...message })
    }
    put({
      continue: () => answer({ goOn: true }),
      cancel: (reason) =>
        answer({ goOn: false, reason: reason === undefined ? '' : String(reason) }),
    })
  }

  const post = ({ frame }, message) => void frame.contentWindow?.postMessage(message, base.origin)

  function makeFrame({ purchaseId, callbackUrl = location.href, ...options }) {
    const address = new URL('Form', base)
    const settings = {
      purchaseId,
      parent: location.origin,
      callbackUrl: new URL(callbackUrl, document.baseURI).href,
      notifyUrl: options.purchaseCompletedCallbackUrl,
      customCssUrl: options.customCssUrl,
      replaceDefaultCss: options.replaceDefaultCss ? '1' : undefined,
    }
    for (const [name, value] of Object.entries(settings))
      if (value !== undefined && value !== null) address.searchParams.set(name, String(value))
    const frame = document.createElement('iframe')
    frame.id = 'mainiFrame'
    frame.title = 'Avarda Checkout (simulator)'
    frame.src = address.href
    Object.assign(frame.style, { border: '0', width: '100%', height: '20rem', display: 'block' })
    return frame
  }

  function makeSpinner() {
    const spinner = document.createElement('p')
    spinner.id = 'avardaCheckOutLoadingSpinner'
    spinner.setAttribute('role', 'status')
    spinner.textContent = '…'
    return spinner
  }

  window.AvardaCheckOutClient = { init, updateItems }
})()
