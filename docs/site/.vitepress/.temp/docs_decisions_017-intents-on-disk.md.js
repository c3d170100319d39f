import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"017 Write an intent to disk before the call it leads to","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/017-intents-on-disk.md","filePath":"docs/decisions/017-intents-on-disk.md"}');
const _sfc_main = { name: "docs/decisions/017-intents-on-disk.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="017-write-an-intent-to-disk-before-the-call-it-leads-to" tabindex="-1">017 Write an intent to disk before the call it leads to <a class="header-anchor" href="#017-write-an-intent-to-disk-before-the-call-it-leads-to" aria-label="Permalink to &quot;017 Write an intent to disk before the call it leads to&quot;">​</a></h1><p>2026-11-26 · accepted</p><p><strong>Decision.</strong> A payment request, a capture, a cancellation, a capture approval request to the shop and a refund are written to disk as intents before the call is made. Each intent is checked again, after it was written, against the state that allows it. If the shop need not be asked between an approval and its capture, both are written in one transaction: a crash never leaves an approval without the intent to capture it, and there is no state in between to get wrong. After a restart, an intent without an answer is asked about and not repeated; only a refund is repeated, with the same key.</p><p>An intent is not an outcome: it is in the history, and neither browsers nor webhooks see it. Answers about calls with an effect that contain nothing new are counted there and not listed.</p><p><strong>Trade-offs.</strong> One write to disk before each call with an effect. A process that is killed between the intent and the call leaves an attempt that looks as if it might have been sent. A server that is shutting down therefore refuses a request before writing it, or finishes what it wrote.</p><p><strong>Revisit when</strong> a provider offers an idempotency key for its requests: an intent without an answer may then be sent again.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/017-intents-on-disk.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _017IntentsOnDisk = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _017IntentsOnDisk as default
};
