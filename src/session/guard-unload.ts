import { isRecording } from './app-state.js';
import type { Session } from './session.js';

/** The browser asks before the page goes while a recording runs. @returns ends the guard */
export function guardUnload(session: Session): () => void {
  const onBeforeUnload = (event: BeforeUnloadEvent): void => {
    if (isRecording(session.state)) event.preventDefault();
  };
  addEventListener('beforeunload', onBeforeUnload);
  return () => removeEventListener('beforeunload', onBeforeUnload);
}
