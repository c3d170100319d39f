import { render } from 'svelte/server'
import Shop from './Shop.svelte'

process.stdout.write(render(Shop).body)
