import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"030 Describe the payment handler to agents, and nothing more","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/030-agents-describe-only.md","filePath":"docs/decisions/030-agents-describe-only.md"}');
const _sfc_main = { name: "docs/decisions/030-agents-describe-only.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="030-describe-the-payment-handler-to-agents-and-nothing-more" tabindex="-1">030 Describe the payment handler to agents, and nothing more <a class="header-anchor" href="#030-describe-the-payment-handler-to-agents-and-nothing-more" aria-label="Permalink to &quot;030 Describe the payment handler to agents, and nothing more&quot;">​</a></h1><p>2026-11-27 · accepted</p><p><strong>Decision.</strong> The server describes Netgíró at <code>/ucp</code> as a payment handler of the Universal Commerce Protocol, when <code>UCP_HANDLER</code> is set. It has no route on which an agent fills or completes a checkout: that is the shop&#39;s, which knows the goods and their prices, and which starts a payment by the routes that its page uses. So an agent passes the same limits as a page, and no new call leads to a provider.</p><p>The credential is a phone number, as in the handler that Vipps MobilePay publishes. It is no secret and gives no right; the approval stays on the phone. A token that stands for an approval, which other handlers have, does not exist at Netgíró.</p><p>The handler&#39;s name is a setting, because a name must lie in a domain of whoever publishes the schema, and <code>netgiro.is</code> is not ours.</p><p><strong>Trade-offs.</strong> Every shop writes its own checkout for agents; the demo shows one. Each shop&#39;s handler has another name, so a platform recognizes Netgíró by the type of the instrument. The published schemas are not copied into the repository, so the tests compare with what they demand, and with the schemas themselves only where somebody has them.</p><p><strong>Revisit when</strong> Netgíró publishes a handler of its own, or the protocol has a generic one for wallets that approve on the phone.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/030-agents-describe-only.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _030AgentsDescribeOnly = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _030AgentsDescribeOnly as default
};
