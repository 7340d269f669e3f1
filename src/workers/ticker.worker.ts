// A clock for pages that are hidden: their own timers are slowed down to once a second or less, messages from a worker are not.
let timer: ReturnType<typeof setInterval> | undefined;

/** The page sends the interval in ms, 0 to stop. */
onmessage = ({ data }: MessageEvent<number>) => {
  clearInterval(timer);
  if (data > 0) timer = setInterval(() => postMessage(null), data);
};
