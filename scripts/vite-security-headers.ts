import type { Connect, Plugin } from 'vite';

/**
 * Cross-origin isolation (for WASM threads) and a Content-Security-Policy that allows no other origin.
 * Workers take the policy of their own script's response, so it is sent with every response, not only with the page.
 */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self' blob:",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "style-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const PRODUCTION_HEADERS = {
  ...ISOLATION_HEADERS,
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Permissions-Policy': 'camera=(self), microphone=(self), display-capture=(self)',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

const sendWith =
  (headers: Readonly<Record<string, string>>): Connect.NextHandleFunction =>
  (_request, response, next) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    next();
  };

/** The same headers as a `_headers` file, which Netlify, Cloudflare Pages and others read from the folder they serve. */
const headersFile = (): string =>
  ['/*', ...Object.entries(PRODUCTION_HEADERS).map(([name, value]) => `  ${name}: ${value}`), ''].join('\n');

/** Dev gets isolation only (Vite's own client needs inline styles and a socket); preview gets everything a production host should
 * send, and the build says it in `_headers`. */
export function securityHeaders(): Plugin {
  return {
    name: 'liveroto:security-headers',
    configureServer: (server) => void server.middlewares.use(sendWith(ISOLATION_HEADERS)),
    configurePreviewServer: (server) => void server.middlewares.use(sendWith(PRODUCTION_HEADERS)),
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: '_headers', source: headersFile() });
    },
  };
}
