import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse(`{"title":"001 Only a provider's result ends or pays an attempt","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/001-only-results-decide.md","filePath":"docs/decisions/001-only-results-decide.md"}`);
const _sfc_main = { name: "docs/decisions/001-only-results-decide.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="001-only-a-providers-result-ends-or-pays-an-attempt" tabindex="-1">001 Only a provider&#39;s result ends or pays an attempt <a class="header-anchor" href="#001-only-a-providers-result-ends-or-pays-an-attempt" aria-label="Permalink to &quot;001 Only a provider&#39;s result ends or pays an attempt&quot;">​</a></h1><p>2026-11-21 · accepted</p><p><strong>Decision.</strong> <code>transition(checkout, input)</code> is pure and the only way to change a checkout. An input is either a <em>result</em>, what the provider answered, or a <em>command</em>, what a shopper, a shop or a timer asks for. Only a result can authorize, pay or end an attempt. A callback is neither: it is a hint to poll now. An answer that is not in the adapter&#39;s table of documented answers is <code>unknown</code>, which changes nothing but <code>uncertain</code>. An input without effect returns the same object, so a result that arrives twice is harmless.</p><p>The checkout has one status, and an attempt has only an outcome. There is no second state machine to disagree with the first.</p><p><strong>Trade-offs.</strong> No optimistic views: a shopper who cancels sees &quot;canceling&quot; until the provider agrees.</p><p><strong>Revisit when</strong> a provider reports its state by signed push alone and cannot be polled.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/001-only-results-decide.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _001OnlyResultsDecide = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _001OnlyResultsDecide as default
};
