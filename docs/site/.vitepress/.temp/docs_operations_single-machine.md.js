import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"On a single machine","description":"","frontmatter":{},"headers":[],"relativePath":"docs/operations/single-machine.md","filePath":"docs/operations/single-machine.md"}');
const _sfc_main = { name: "docs/operations/single-machine.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="on-a-single-machine" tabindex="-1">On a single machine <a class="header-anchor" href="#on-a-single-machine" aria-label="Permalink to &quot;On a single machine&quot;">​</a></h1><p>One machine with Linux, systemd, Node 24 or newer and nginx or Caddy serves a busy shop (<a href="/docs/performance.html#load">capacity</a>). Copy the files below from a clone of this repository: they are in <span>docs/operations/single-machine/</span>. <code>doctor</code> was run through both proxies as they are here, with TLS.</p><h2 id="install" tabindex="-1">Install <a class="header-anchor" href="#install" aria-label="Permalink to &quot;Install&quot;">​</a></h2><pre><code>mkdir -p /opt/netgiro-checkout /etc/netgiro-checkout
cd /opt/netgiro-checkout
npm init -y
npm install --save-exact netgiro-checkout-server   # or the file that \`npm pack -w netgiro-checkout-server\` makes in a clone
install -m 0600 .env.example /etc/netgiro-checkout/settings.env      # from this repository; then fill it in
install -m 0600 /dev/stdin /etc/netgiro-checkout/netgiro-secret-key  # paste the key, then Ctrl-D
</code></pre><p>In <code>settings.env</code>:</p><ul><li>Remove <code>NETGIRO_SECRET_KEY</code> and <code>DATABASE_URL</code>: the unit sets them.</li><li>Set <code>TRUSTED_PROXIES=127.0.0.1</code>, <code>ADMIN_TOKEN</code>, <code>METRICS_PORT=9464</code>, and real keys.</li></ul><p>Any other secret can become a file in the same way: add a <code>LoadCredential</code> line and <code>NAME_FILE=%d/…</code> to the unit.</p><h2 id="run" tabindex="-1">Run <a class="header-anchor" href="#run" aria-label="Permalink to &quot;Run&quot;">​</a></h2><pre><code>cp netgiro-checkout.service netgiro-checkout-backup.* /etc/systemd/system/
systemctl daemon-reload
systemctl enable --now netgiro-checkout.service netgiro-checkout-backup.timer
</code></pre><table tabindex="0"><thead><tr><th>file</th><th>what</th></tr></thead><tbody><tr><td><span>netgiro-checkout.service</span></td><td>the server, as a user of its own that can write to <code>/var/lib/netgiro-checkout</code> and nowhere else</td></tr><tr><td><span>netgiro-checkout-backup.service</span></td><td>a checked copy of the database, beside the running server</td></tr><tr><td><span>netgiro-checkout-backup.timer</span></td><td>the same every hour</td></tr><tr><td><span>nginx.conf</span> or <span>Caddyfile</span></td><td>TLS, and what a proxy must do</td></tr></tbody></table><p>Then check the setup, with the server&#39;s own settings:</p><pre><code>systemd-run --pipe --wait -p DynamicUser=yes -p EnvironmentFile=/etc/netgiro-checkout/settings.env \\
  -p LoadCredential=netgiro-secret-key:/etc/netgiro-checkout/netgiro-secret-key \\
  sh -c &#39;NETGIRO_SECRET_KEY_FILE=$CREDENTIALS_DIRECTORY/netgiro-secret-key exec node \\
    /opt/netgiro-checkout/node_modules/netgiro-checkout-server/bin/netgiro-checkout.js doctor&#39;
</code></pre><h2 id="logs" tabindex="-1">Logs <a class="header-anchor" href="#logs" aria-label="Permalink to &quot;Logs&quot;">​</a></h2><p>One JSON object per line on standard output, so they are in the journal: <code>journalctl -u netgiro-checkout -o cat</code>. The journal rotates them (<code>SystemMaxUse=</code> in <code>journald.conf</code>). They contain no phone numbers, national ids or secrets. The database has the complete history in any case.</p><h2 id="backups" tabindex="-1">Backups <a class="header-anchor" href="#backups" aria-label="Permalink to &quot;Backups&quot;">​</a></h2><p>Backups are written to <code>/var/lib/netgiro-checkout-backups</code> every hour and kept for two weeks. <strong>Copy them to another machine</strong>, together with <code>/var/lib/netgiro-checkout/checkout.db.key</code>. <a href="/docs/operations/database.html#restore">Restore</a> one on another machine twice a year, to know that it works.</p><h2 id="upgrade" tabindex="-1">Upgrade <a class="header-anchor" href="#upgrade" aria-label="Permalink to &quot;Upgrade&quot;">​</a></h2><pre><code>cd /opt/netgiro-checkout
systemctl start netgiro-checkout-backup.service
npm install --save-exact netgiro-checkout-server@&lt;version&gt;
systemctl restart netgiro-checkout.service
</code></pre><p><a href="/docs/operations/upgrades.html">Upgrades</a> says what happens meanwhile, and what the way back is.</p><h2 id="monitoring" tabindex="-1">Monitoring <a class="header-anchor" href="#monitoring" aria-label="Permalink to &quot;Monitoring&quot;">​</a></h2><p>Scrape <code>127.0.0.1:9464/metrics</code>, and load the <a href="/docs/operations/incidents.html">alerts and the dashboard</a>.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/operations/single-machine.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const singleMachine = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  singleMachine as default
};
