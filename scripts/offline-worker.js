/**
 * The service worker of the built page (scripts/vite-offline.ts fills in the two constants). It only ever answers for this origin:
 * hashed files from the cache, everything else from the network while there is one, so that a new version is seen at once.
 */
const VERSION = '{{version}}';
const CORE = ['{{core}}'];
const CACHE = `liveroto-offline-${VERSION}`;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(CORE)));
  self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOlder().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || request.headers.has('range')) return;
  event.respondWith(url.pathname.includes('/assets/') ? cacheFirst(request) : networkFirst(request));
});

async function dropOlder() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith('liveroto-offline-') && name !== CACHE).map((name) => caches.delete(name)),
  );
}

async function keep(request, response) {
  if (response.status === 200) {
    const cache = await caches.open(CACHE);
    await cache.put(request, response);
  }
}

const kept = async (request) => {
  const cache = await caches.open(CACHE);
  return cache.match(request, { ignoreSearch: true });
};

async function cacheFirst(request) {
  const found = await kept(request);
  if (found !== undefined) return found;
  const response = await fetch(request);
  await keep(request, response.clone());
  return response;
}

async function networkFirst(request) {
  try {
    const response = await fetch(request);
    await keep(request, response.clone());
    return response;
  } catch (error) {
    const found = await kept(request);
    if (found !== undefined) return found;
    throw error;
  }
}
