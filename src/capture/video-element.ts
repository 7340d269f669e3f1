/** A video element that plays without being shown. Muted, or browsers would not let it start by itself. */
export function makeVideo(): HTMLVideoElement {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.disableRemotePlayback = true;
  return video;
}
