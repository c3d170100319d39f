import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"006 Generate OpenAPI from our schemas, without a framework","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/006-openapi-from-schemas.md","filePath":"docs/decisions/006-openapi-from-schemas.md"}');
const _sfc_main = { name: "docs/decisions/006-openapi-from-schemas.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="006-generate-openapi-from-our-schemas-without-a-framework" tabindex="-1">006 Generate OpenAPI from our schemas, without a framework <a class="header-anchor" href="#006-generate-openapi-from-our-schemas-without-a-framework" aria-label="Permalink to &quot;006 Generate OpenAPI from our schemas, without a framework&quot;">​</a></h1><p>2026-11-21 · accepted</p><p><strong>Decision.</strong> <code>@valibot/to-json-schema</code> generates the schemas of the document. The paths are written in one file, and a test compares them with the app&#39;s own list of routes. <code>hono-openapi</code> would bring four packages, and it responds to an invalid request with the complete input.</p><p><strong>Trade-offs.</strong> The descriptions of routes are not beside the routes.</p><p><strong>Revisit when</strong> a library generates the document without echoing input.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/006-openapi-from-schemas.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _006OpenapiFromSchemas = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _006OpenapiFromSchemas as default
};
