// Compiles the templates where they run, as the packages of Angular need it without Angular's own build.
import '@angular/compiler'
import { bootstrapApplication, provideClientHydration } from '@angular/platform-browser'
import { provideServerRendering, renderApplication } from '@angular/platform-server'
import { Shop } from './Shop.js'

const providers = [provideServerRendering(), provideClientHydration()]
const document = '<html><body><div id="app"></div></body></html>'
const page = await renderApplication(
  (context) => bootstrapApplication(Shop, { providers }, context),
  { document, url: 'http://shop.example/', allowedHosts: ['shop.example'] },
)
process.stdout.write(page.replace(/^.*<body[^>]*>|<\/body>.*$/gs, ''))
