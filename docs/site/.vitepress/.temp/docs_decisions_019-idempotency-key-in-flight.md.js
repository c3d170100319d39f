import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"019 Refuse an idempotency key that is in flight","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/019-idempotency-key-in-flight.md","filePath":"docs/decisions/019-idempotency-key-in-flight.md"}');
const _sfc_main = { name: "docs/decisions/019-idempotency-key-in-flight.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="019-refuse-an-idempotency-key-that-is-in-flight" tabindex="-1">019 Refuse an idempotency key that is in flight <a class="header-anchor" href="#019-refuse-an-idempotency-key-that-is-in-flight" aria-label="Permalink to &quot;019 Refuse an idempotency key that is in flight&quot;">​</a></h1><p>2026-11-21 · accepted</p><p><strong>Decision.</strong> If two requests create a checkout with the same <code>Idempotency-Key</code> at the same time, the second gets 409 with <code>Retry-After: 1</code> while the first is being written, as the IETF draft specifies, although both could be given the same checkout. The keys in flight are kept in memory, because one process owns the database.</p><p><strong>Trade-offs.</strong> A shop whose two page views ask at the same moment has to retry.</p><p><strong>Revisit when</strong> several processes share one database: the keys in flight then belong in it.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/019-idempotency-key-in-flight.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _019IdempotencyKeyInFlight = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _019IdempotencyKeyInFlight as default
};
