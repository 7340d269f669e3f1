import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, type Connect, type Plugin } from 'vite';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const listed = (folder: string, keep: (name: string) => boolean): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(keep)
        .map((name) => join(folder, name))
    : [];

/**
 * Files that the workers load at run time, by the folder they are served from: everything from the app's own origin, nothing from a CDN.
 * `people/` is made by scripts/people-model.mjs before the app is built or started.
 */
export function ownFiles(): ReadonlyMap<string, string> {
  const folders: Record<string, string[]> = {
    models: listed(join(ROOT, 'models'), (name) => name.endsWith('.onnx') || name === 'manifest.json'),
    ort: listed(join(ROOT, 'node_modules/onnxruntime-web/dist'), (name) =>
      /^ort-wasm-simd-threaded(\.asyncify)?\.(mjs|wasm)$/.test(name),
    ),
    vision: listed(join(ROOT, 'node_modules/@mediapipe/tasks-vision/wasm'), (name) =>
      /^vision_wasm_module_internal\./.test(name),
    ),
    people: listed(join(ROOT, '.cache/people'), (name) => name.endsWith('.tflite')),
  };
  const files = new Map<string, string>();
  for (const [folder, paths] of Object.entries(folders)) {
    for (const path of paths) files.set(`${folder}/${basename(path)}`, path);
  }
  return files;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

const serveOwnFiles: Connect.NextHandleFunction = (request, response, next) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
  const file = ownFiles().get(path);
  if (file === undefined) return next();
  response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
  createReadStream(file).pipe(response);
};

/** Serves {@link ownFiles} in dev and copies them into the build. */
export function ownAssets(): Plugin {
  return {
    name: 'liveroto:own-assets',
    // Without this condition onnxruntime-web's entries carry the runtime inside, and the build would hold every WASM file twice.
    config: () => ({ resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] } }),
    configureServer: (server) => void server.middlewares.use(serveOwnFiles),
    generateBundle() {
      for (const [fileName, path] of ownFiles()) {
        this.emitFile({ type: 'asset', fileName, source: readFileSync(path) });
      }
    },
  };
}
