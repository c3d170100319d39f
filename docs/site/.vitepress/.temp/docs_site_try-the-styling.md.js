import { resolveComponent, useSSRContext } from "vue";
import { ssrRenderAttrs, ssrRenderComponent } from "vue/server-renderer";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Try the styling","description":"","frontmatter":{"aside":false},"headers":[],"relativePath":"docs/site/try-the-styling.md","filePath":"docs/site/try-the-styling.md"}');
const _sfc_main = { name: "docs/site/try-the-styling.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  const _component_StylingControls = resolveComponent("StylingControls");
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="try-the-styling" tabindex="-1">Try the styling <a class="header-anchor" href="#try-the-styling" aria-label="Permalink to &quot;Try the styling&quot;">​</a></h1><p>The element in any of its states, with the controls of its <a href="/docs/elements.html#netgiro-checkout">custom properties</a>. It is the real one, and there is no payment server behind it: its answers come from fixtures and its clock stands still. The rule below the controls is what your page needs. <a href="/docs/styling.html">Styling</a> explains what else a page can change.</p><p>In the repository this page is only a text: <code>npm run docs</code> builds the site, where the controls are here.</p>`);
  _push(ssrRenderComponent(_component_StylingControls, null, null, _parent));
  _push(`</div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/site/try-the-styling.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const tryTheStyling = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  tryTheStyling as default
};
