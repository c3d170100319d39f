import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"011 Accept a payment from Netgíró V2 only where two answers agree","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/011-v2-two-answers.md","filePath":"docs/decisions/011-v2-two-answers.md"}');
const _sfc_main = { name: "docs/decisions/011-v2-two-answers.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="011-accept-a-payment-from-netgíró-v2-only-where-two-answers-agree" tabindex="-1">011 Accept a payment from Netgíró V2 only where two answers agree <a class="header-anchor" href="#011-accept-a-payment-from-netgíró-v2-only-where-two-answers-agree" aria-label="Permalink to &quot;011 Accept a payment from Netgíró V2 only where two answers agree&quot;">​</a></h1><p>2026-11-21 · accepted</p><p><strong>Decision.</strong> V2 signs none of its answers, and none of them contains the reference. We therefore accept an authorization or a payment only where two answers agree: <code>status</code> says <code>Authorized</code> or <code>Confirmed</code>, and <code>details</code> says <code>reservation</code> or <code>paid</code> of the same transaction, with the amount. Where they differ, we accept neither and ask both again. <code>Transaction not found</code> ends nothing.</p><p>V2&#39;s cancel &quot;works at any stage&quot;: it would undo a payment. It is sent only while <code>status</code> reports none, and nothing that follows it is ever treated as paid, because an answer from just before it would report that.</p><p>An app code is <code>Confirmed</code> at once, with or without <code>CallbackUrl</code>. If the shop chose <code>callback</code>, in order to be asked first, app codes are not offered: the port&#39;s <code>captureMethod</code> must hold for every payer.</p><p><strong>Trade-offs.</strong> Two calls for each poll that finds money, and a payment shows some polls later where the answers lag.</p><p><strong>Revisit when</strong> Netgíró signs V2&#39;s answers or includes the reference in them.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/011-v2-two-answers.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _011V2TwoAnswers = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _011V2TwoAnswers as default
};
