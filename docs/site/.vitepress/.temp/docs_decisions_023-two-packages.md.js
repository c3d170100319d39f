import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"023 Publish the element and its server as two packages of one repository","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/023-two-packages.md","filePath":"docs/decisions/023-two-packages.md"}');
const _sfc_main = { name: "docs/decisions/023-two-packages.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="023-publish-the-element-and-its-server-as-two-packages-of-one-repository" tabindex="-1">023 Publish the element and its server as two packages of one repository <a class="header-anchor" href="#023-publish-the-element-and-its-server-as-two-packages-of-one-repository" aria-label="Permalink to &quot;023 Publish the element and its server as two packages of one repository&quot;">​</a></h1><p>2026-11-26 · accepted</p><p><strong>Decision.</strong> <code>netgiro-checkout</code> (in <code>widget/</code>) depends on Lit, and since <a href="/docs/decisions/033-hand-off-by-the-shops-address.html">033</a> on a library for QR codes. <code>netgiro-checkout-server</code> (in <code>server/</code>) contains the server, its command and the simulators behind <code>netgiro-checkout simulate</code>. Both are npm workspaces of a private root with one lockfile; <code>build.mjs</code> builds them into <code>widget/dist</code> and <code>server/dist</code>.</p><ul><li>The server contains the element&#39;s scripts, so one installation serves a shop.</li><li>For bundlers each module of the element is a separate file, so that unused ones are left out. None reads <code>import.meta.url</code>, because some bundlers replace it with a path of the build machine: a shop that bundles the element sets <code>server</code>.</li><li>Both packages contain the protocol, instead of a third package: it imports nothing and is small.</li><li><code>test/packages</code> installs both packages from their tarballs, as a shop does.</li></ul><p><strong>Trade-offs.</strong> A shop that wants both installs two packages, and their versions must stay the same. Some versions appear in two manifests, because the demo uses packages that the server depends on.</p><p><strong>Revisit when</strong> a third party wants the protocol alone, or the two packages are released separately.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/023-two-packages.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _023TwoPackages = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _023TwoPackages as default
};
