import { createApp, ref } from 'vue/dist/vue.esm-bundler.js'
import 'netgiro-checkout/define'
import { heard, hear, server } from './app.js'

const shop = createApp({
  setup() {
    const session = ref(null)
    const isShown = ref(true)
    window.app = {
      heard,
      setSession: (value) => (session.value = value),
      show: (value) => (isShown.value = value),
    }
    return { session, isShown, server, hear }
  },
  template: `<netgiro-checkout v-if="isShown" :session="session" :server="server" locale="en"
    @netgiro-before-start="hear('before-start')" @netgiro-paid="hear('paid')" />`,
})
shop.config.compilerOptions.isCustomElement = (tag) => tag === 'netgiro-checkout'
shop.mount('#app')
