import { ssrRenderAttrs, ssrRenderAttr } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const _imports_0 = "/assets/pos.DvrVJpnD.png";
const _imports_1 = "/assets/pos-code.DsqGS85C.png";
const __pageData = JSON.parse('{"title":"Point of sale","description":"","frontmatter":{},"headers":[],"relativePath":"docs/point-of-sale.md","filePath":"docs/point-of-sale.md"}');
const _sfc_main = { name: "docs/point-of-sale.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="point-of-sale" tabindex="-1">Point of sale <a class="header-anchor" href="#point-of-sale" aria-label="Permalink to &quot;Point of sale&quot;">​</a></h1><p><img${ssrRenderAttr("src", _imports_0)} width="520" alt="The demo&#39;s point of sale: items to choose, and the element that asks how to identify the customer"><img${ssrRenderAttr("src", _imports_1)} width="220" alt="The element asks for the code that the customer got by SMS"></p><p>Create the checkout with <code>&quot;channel&quot;: &quot;pos&quot;</code> (and optionally <code>locationId</code> and <code>registerId</code>, which are passed to Netgíró), and give its session to the element:</p><div class="language-html vp-adaptive-theme"><button title="Copy Code" class="copy"></button><span class="lang">html</span><pre class="shiki shiki-themes github-light github-dark vp-code" tabindex="0"><code><span class="line"><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&lt;</span><span style="--shiki-light:#22863A;--shiki-dark:#85E89D;">script</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> type</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">=</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;">&quot;module&quot;</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> src</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">=</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;">&quot;https://pay.shop.is/netgiro-pos.js&quot;</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&gt;&lt;/</span><span style="--shiki-light:#22863A;--shiki-dark:#85E89D;">script</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&gt;</span></span>
<span class="line"><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&lt;</span><span style="--shiki-light:#22863A;--shiki-dark:#85E89D;">netgiro-pos</span><span style="--shiki-light:#6F42C1;--shiki-dark:#B392F0;"> session</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">=</span><span style="--shiki-light:#032F62;--shiki-dark:#9ECBFF;">&quot;cs_…&quot;</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&gt;&lt;/</span><span style="--shiki-light:#22863A;--shiki-dark:#85E89D;">netgiro-pos</span><span style="--shiki-light:#24292E;--shiki-dark:#E1E4E8;">&gt;</span></span></code></pre></div><p>The cashier identifies the customer in one of three ways:</p><ul><li><strong>Phone number:</strong> the customer approves in the app, as in a web shop.</li><li><strong>Kennitala:</strong> its owner gets a code by SMS, which the cashier enters. <code>POS_CODE_TRIES</code> limits the number of tries (three by default).</li><li><strong>App code:</strong> the cashier scans or types the code that the app shows. No further approval is needed.</li></ul><p>A checkout of a web shop rejects a kennitala and an app code. Both are sent to Netgíró in the payment request and kept nowhere else: they are not stored, not logged, and never part of a URL.</p><p>A single key starts the next sale. With <code>notify=&quot;sound&quot;</code> the till is heard: two tones that rise for a payment, and fall for anything else. Keyboard, scanner, events and parts are described in <a href="/docs/elements.html#netgiro-pos">Elements</a>.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/point-of-sale.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const pointOfSale = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  pointOfSale as default
};
