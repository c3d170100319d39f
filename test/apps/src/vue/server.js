import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import Shop from './Shop.vue'

process.stdout.write(await renderToString(createSSRApp(Shop)))
