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
  event.respondWith(url.pathname.includes('/assets/') ? cacheFirst(event) : networkFirst(event));
});

async function dropOlder() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith('liveroto-offline-') && name !== CACHE).map((name) => caches.delete(name)),
  );
}

/** Answers from the network at once; a copy is kept meanwhile. */
async function fetchAndKeep(event) {
  const response = await fetch(event.request);
  if (response.status === 200) {
    const copy = response.clone();
    event.waitUntil(caches.open(CACHE).then((cache) => cache.put(event.request, copy)));
  }
  return response;
}

const kept = async (request) => {
  const cache = await caches.open(CACHE);
  // Some servers vary plain files by Origin, which differs between a page's module and this worker's own request.
  return cache.match(request, { ignoreSearch: true, ignoreVary: true });
};

async function cacheFirst(event) {
  return (await kept(event.request)) ?? fetchAndKeep(event);
}

async function networkFirst(event) {
  try {
    return await fetchAndKeep(event);
  } catch (error) {
    const found = await kept(event.request);
    if (found !== undefined) return found;
    throw error;
  }
}
