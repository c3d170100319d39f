import { createWebhookRoute } from 'netgiro-checkout-medusa/webhook'

export const POST = createWebhookRoute()
