/**
 * Lets the built page open without a network from the second visit on (scripts/vite-offline.ts emits the service worker). Where that is not
 * possible the page works as before, so a failure is no problem to report.
 */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register(new URL('./offline-worker.js', document.baseURI)).catch(() => undefined);
}
