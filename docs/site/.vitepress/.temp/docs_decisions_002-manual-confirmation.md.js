import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"002 Manual confirmation is the default","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/002-manual-confirmation.md","filePath":"docs/decisions/002-manual-confirmation.md"}');
const _sfc_main = { name: "docs/decisions/002-manual-confirmation.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="002-manual-confirmation-is-the-default" tabindex="-1">002 Manual confirmation is the default <a class="header-anchor" href="#002-manual-confirmation-is-the-default" aria-label="Permalink to &quot;002 Manual confirmation is the default&quot;">​</a></h1><p>2026-11-21 · accepted</p><p><strong>Decision.</strong> With ConfirmationType 2 the shopper&#39;s approval only reserves the money. We compare amount and reference, write <code>confirming</code> to disk, and then call ConfirmCart. InsertCart has no idempotency key, and a cart cannot be looked up by reference: if the answer to InsertCart is lost, a cart may exist that we do not know about. A cart that only reserves can never take money unnoticed; the shopper may try again after the approval timeout and a grace period of 30 s.</p><p><code>automatic</code> is available, but a lost InsertCart may take money unnoticed. Time alone therefore never releases the checkout: at the end of its lifetime it goes to <code>review</code>. With <code>callback</code>, our 200 response takes the money. We give it only when the approval is on disk, the amount is ours and the attempt is the newest.</p><p><strong>Trade-offs.</strong> One more call for each payment.</p><p><strong>Revisit when</strong> Netgíró offers an idempotency key or a lookup by reference.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/002-manual-confirmation.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _002ManualConfirmation = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _002ManualConfirmation as default
};
