import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"008 Run SQLite checkpoints on a separate thread","description":"","frontmatter":{},"headers":[],"relativePath":"docs/decisions/008-checkpoint-thread.md","filePath":"docs/decisions/008-checkpoint-thread.md"}');
const _sfc_main = { name: "docs/decisions/008-checkpoint-thread.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="008-run-sqlite-checkpoints-on-a-separate-thread" tabindex="-1">008 Run SQLite checkpoints on a separate thread <a class="header-anchor" href="#008-run-sqlite-checkpoints-on-a-separate-thread" aria-label="Permalink to &quot;008 Run SQLite checkpoints on a separate thread&quot;">​</a></h1><p>2026-11-21 · accepted</p><p><strong>Decision.</strong> By default SQLite copies its write-ahead log into the database during the commit that makes the log reach 1,000 pages. Our commits run on the event loop, so every poll and every stream would wait. Instead, a worker thread with its own connection runs <code>wal_checkpoint(passive)</code> after every 500 writes, and two seconds after any write; it neither blocks writers nor waits for them, and the file alone is never far behind. The first write of a server starts the thread. It opens both drivers, <code>libsql</code> and <code>node:sqlite</code>, in the same way.</p><p>The log starts over when a commit finds all of it copied. Under a load without such a moment it would grow without limit, so the commit that makes it reach 8,000 pages (32 MB) does the rest itself, as SQLite does by default; most is copied by then. The same happens when the worker fails, so nothing depends on it.</p><p><strong>Trade-offs.</strong> About 13 MB of memory for the thread, and a few MB more of log to recover after a crash. The worker&#39;s source is a string in <code>checkpoints.ts</code>: a separate file would have to be JavaScript, because Node 20 cannot load TypeScript in a thread.</p><p><strong>Revisit when</strong> SQLite moves to a thread as a whole, or the oldest supported Node runs TypeScript.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/decisions/008-checkpoint-thread.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const _008CheckpointThread = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  _008CheckpointThread as default
};
