# The server alone, from the root of the repository: docker build --tag netgiro-checkout .
# test/container/ runs these steps; it understands no instruction, flag or path that is not used here.

FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY widget/package.json widget/
COPY server/package.json server/
RUN npm ci
COPY . .
RUN node build.mjs server
RUN mkdir data

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY widget/package.json widget/
COPY server/package.json server/
RUN npm ci --omit=dev --workspace netgiro-checkout-server
# An optional peer of valibot, for its types.
RUN rm -r node_modules/typescript

FROM node:24-slim
ENV NODE_ENV=production
ENV HOST=0.0.0.0
ENV PORT=8787
ENV DATABASE_URL=file:/data/checkout.db
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /build/server/package.json server/
COPY --from=build /build/server/CHANGELOG.md /build/server/LICENSE /build/server/THIRD-PARTY-NOTICES.md server/
COPY --from=build /build/server/bin server/bin
COPY --from=build /build/server/dist server/dist
# The only folder that the server writes to, by the user of the node image.
COPY --from=build --chown=1000:1000 /build/data /data
VOLUME /data
USER 1000:1000
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "server/bin/netgiro-checkout.js"]
CMD ["serve"]
