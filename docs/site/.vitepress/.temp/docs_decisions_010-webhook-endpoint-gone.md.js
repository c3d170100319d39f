import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"010 Stop webhooks to an endpoint that returns 410","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/010-webhook-endpoint-gone.md","filePath":"docs/decisions/010-webhook-endpoint-gone.md"}');
const _sfc_main = { name: "docs/decisions/010-webhook-endpoint-gone.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="010-stop-webhooks-to-an-endpoint-that-returns-410" tabindex="-1">010 Stop webhooks to an endpoint that returns 410 <a class="header-anchor" href="#010-stop-webhooks-to-an-endpoint-that-returns-410" aria-label="Permalink to &quot;010 Stop webhooks to an endpoint that returns 410&quot;">​</a></h1><p>2026-11-21 · accepted; changed on 2026-11-27 for several servers and several merchants</p><p><strong>Decision.</strong> An endpoint that returns 410 gets no further events until a person decides otherwise: with <code>resend</code>, the button on <code>/admin</code>, or a restart. That nothing is sent is kept in memory only, and shown in the log, on <code>/admin</code> and in <code>/metrics</code>. That a person has decided is in the database, as a count of resends for each merchant: every server that serves the merchant reads it, at once where it is told and within a minute otherwise, and no other merchant&#39;s endpoint is called. The events stay due on disk.</p><p><strong>Trade-offs.</strong> After a restart the server calls the endpoint once more, and so does each of several servers with a first event of its own. <code>reconcile</code> alone no longer sends anything again: a change by another process does not say which merchant it is about.</p><p><strong>Revisit when</strong> endpoints are set up and switched off by the shops themselves.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/010-webhook-endpoint-gone.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _010WebhookEndpointGone = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _010WebhookEndpointGone as default
};
