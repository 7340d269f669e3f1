import { isRecording, selectedObject } from '../session/app-state.js';
import type { Session } from '../session/session.js';
import type { Action } from './actions.js';
import { tapTarget } from './tap-target.js';

/** What only the page itself can do. */
export type PageHands = {
  chooseFile(): void;
  toggleFullScreen(): void;
  patch(page: {
    readonly help?: boolean;
    readonly clipOpen?: boolean;
    readonly tapMode?: 'new' | 'more' | 'less';
  }): void;
  hint(words: string): void;
};

/** Carries out what an element asked for. */
export function perform(action: Action, session: Session, page: PageHands): void {
  const selected = selectedObject(session.state);
  switch (action.kind) {
    case 'stage-ready':
      return void session.start(action.canvas);
    case 'tap':
      return tap(action.point, session, page);
    case 'say':
      if (selected?.kind !== 'prompted') return page.hint('First tap the thing that you mean.');
      return session.addPrompt(selected.id, { kind: 'point', point: action.point });
    case 'box':
      return void session.addObject({ kind: 'box', box: action.box });
    case 'preview':
      return session.preview(action.point);
    case 'tap-mode':
      return page.patch({ tapMode: action.mode });
    case 'open-source':
      return void session.openSource(action.request);
    case 'reopen-source':
      return void session.reopenSource();
    case 'close-source':
      return void session.closeSource();
    case 'refresh-cameras':
      return void session.refreshCameras();
    case 'microphone':
      return void session.setMicrophone(action.on);
    case 'choose-file':
      return page.chooseFile();
    case 'add-people':
      return void session.addPeople();
    case 'select':
      return session.select(action.id);
    case 'select-step':
      return session.selectStep(action.step);
    case 'rename':
      return session.rename(action.id, action.name);
    case 'visible':
      return session.setVisible(action.id, action.visible);
    case 'remove':
      return session.removeObject(action.id);
    case 'candidate':
      return session.chooseCandidate(action.id, action.index);
    case 'candidate-step':
      return session.stepCandidate(action.step);
    case 'toggle-selected':
      return selected === null ? undefined : session.setVisible(selected.id, !selected.visible);
    case 'remove-selected':
      return selected === null ? undefined : session.removeObject(selected.id);
    case 'undo':
      return session.undo();
    case 'redo':
      return session.redo();
    case 'effects':
      return session.setEffects(action.effects);
    case 'background-picture':
      return void session.setBackgroundPicture(action.file);
    case 'blur-background':
      return session.setEffects({ ...session.state.effects, background: { kind: 'blur', strength: 0.6 } });
    case 'dismiss-offer':
      return session.dismissOffer();
    case 'compare':
      return session.compare(action.on);
    case 'record':
      return record(session, page);
    case 'record-pause':
      return session.state.recording.state === 'paused' ? session.resumeRecording() : session.pauseRecording();
    case 'format':
      return session.setFormat(action.format);
    case 'save-to-disk':
      return session.setSaveToDisk(action.on);
    case 'show-clip':
      if (action.open && session.state.clip === null) return openClip(session.state.stored[0]?.fileName, session, page);
      return page.patch({ clipOpen: action.open });
    case 'open-clip':
      return openClip(action.fileName, session, page);
    case 'clip-saved':
      return void session.clipSaved();
    case 'discard-clip':
      return void session.discardClip();
    case 'play':
      return session.setPlaying(action.on);
    case 'seek':
      return session.seek(action.time);
    case 'loop':
      return session.setLoop(action.on);
    case 'configure':
      return void session.configure(action.settings);
    case 'restart':
      return session.restart();
    case 'dismiss':
      return session.dismiss(action.code);
    case 'full-screen':
      return page.toggleFullScreen();
    case 'help':
      return page.patch({ help: action.open });
  }
}

function tap(point: Extract<Action, { kind: 'tap' }>['point'], session: Session, page: PageHands): void {
  const { objects, selectedId } = session.state;
  const target = tapTarget(objects, selectedId, point);
  if (target.kind === 'select') return session.select(target.id);
  if (target.kind === 'new') return void session.addObject({ kind: 'point', point: { ...point, inside: true } });
  const object = objects.find(({ id }) => id === target.id);
  if (object?.state === 'pending') return;
  page.hint(`${object?.name ?? 'This'} is selected. Shift-click adds to it; drag a box for a thing inside it.`);
}

function record(session: Session, page: PageHands): void {
  if (!isRecording(session.state)) return void session.startRecording();
  void session.stopRecording().then(() => {
    if (session.state.clip !== null) page.patch({ clipOpen: true });
  });
}

function openClip(fileName: string | undefined, session: Session, page: PageHands): void {
  if (fileName === undefined) return;
  void session.showClip(fileName).then(() => page.patch({ clipOpen: session.state.clip !== null }));
}
