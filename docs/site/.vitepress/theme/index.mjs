import DefaultTheme from 'vitepress/theme'
import './style.css'
import StylingControls from './StylingControls.vue'

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('StylingControls', StylingControls)
  },
}
